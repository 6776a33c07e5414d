// Debian's libxml2 shows ICU's headers to whoever includes its own, and Foundation brings an ICU of its own: both in one program are two
// definitions of the same types. Nothing here reaches for the only structure that differs without it (xmlCharEncodingHandler).
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED

// xmlFree is a mutable global, which Swift's concurrency checks refuse: this inline stands for it.
#include <libxml/HTMLparser.h>
#include <libxml/tree.h>

static inline void parley_xml_free(void *memory) { xmlFree(memory); }
