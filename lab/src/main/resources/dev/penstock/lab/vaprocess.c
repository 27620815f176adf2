#include "vadriver.h"
int va_process(struct driver *driver, const struct rendered *pipeline, struct surface *to) { (void)driver, (void)pipeline, (void)to; return VA_UNIMPLEMENTED; }
