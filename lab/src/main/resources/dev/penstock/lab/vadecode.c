#include "vadriver.h"
int va_decode(struct driver *driver, struct context_object *context, struct surface *picture) { (void)driver, (void)context, (void)picture; return VA_UNIMPLEMENTED; }
void va_decoder_close(struct va_decoder *decoder) { (void)decoder; }
