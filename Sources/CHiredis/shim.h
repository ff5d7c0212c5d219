// hiredis as a reply parser only: sockets and TLS are SwiftNIO's.
#include <hiredis/hiredis.h>
