/**
 * What nodes say of themselves, signed: made, checked, kept, written down and handed on.
 *
 * <p>Everything in an advert is a claim; what we measure ourselves stands elsewhere and always
 * wins. No socket, no clock and no thread: the caller gives the time and carries the messages. The
 * classes of {@code advert.proto} are generated and stay behind {@link
 * org.p2pvpn.overlay.discovery.advert.AdvertCodec}.
 */
@NullMarked
package org.p2pvpn.overlay.discovery.advert;

import org.jspecify.annotations.NullMarked;
