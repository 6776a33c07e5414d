// xmlFree is a mutable global, which Swift's concurrency checks refuse: this inline stands for it.
#include <libxml/HTMLparser.h>
#include <libxml/tree.h>

static inline void parley_xml_free(void *memory) { xmlFree(memory); }
