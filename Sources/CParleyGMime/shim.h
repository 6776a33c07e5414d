// GObject's type checks and casts are macros, which Swift does not import: these inlines stand for the few that are needed.
#include <errno.h>
#include <gmime/gmime.h>

static inline gboolean parley_is_part(gpointer object) { return GMIME_IS_PART(object); }
static inline gboolean parley_is_multipart(gpointer object) { return GMIME_IS_MULTIPART(object); }
static inline gboolean parley_is_message_part(gpointer object) { return GMIME_IS_MESSAGE_PART(object); }
static inline GMimePart *parley_part(gpointer object) { return (GMimePart *) object; }
static inline GMimeMultipart *parley_multipart(gpointer object) { return (GMimeMultipart *) object; }
static inline GMimeMessagePart *parley_message_part(gpointer object) { return (GMimeMessagePart *) object; }
static inline GMimeObject *parley_object(gpointer object) { return (GMimeObject *) object; }
static inline InternetAddressMailbox *parley_mailbox(gpointer object) {
    return INTERNET_ADDRESS_IS_MAILBOX(object) ? (InternetAddressMailbox *) object : NULL;
}
static inline InternetAddressGroup *parley_group(gpointer object) {
    return INTERNET_ADDRESS_IS_GROUP(object) ? (InternetAddressGroup *) object : NULL;
}

// One step of iconv: 0 when it went on (all of the input or a full output), 1 when it stopped at bytes that it cannot read.
static inline int parley_iconv(iconv_t converter, const char **input, size_t *left, char **output, size_t *room) {
    return iconv(converter, (char **) input, left, output, room) == (size_t) -1 && errno != E2BIG;
}
