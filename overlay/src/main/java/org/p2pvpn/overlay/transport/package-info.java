/** UDP sockets on an event loop, with segmentation and receive offload. */
@NullMarked
package org.p2pvpn.overlay.transport;

import org.jspecify.annotations.NullMarked;
