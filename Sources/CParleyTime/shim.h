// strptime(3) is in the C library and hidden by the feature macros that Swift's own import of it is made with.
#include <time.h>

extern char *strptime(const char *text, const char *format, struct tm *result);
