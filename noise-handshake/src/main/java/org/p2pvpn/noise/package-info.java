/**
 * Keys in, keys out: the Noise handshake of two nodes. No socket, clock or thread.
 *
 * <p>Inside: the node's {@link org.p2pvpn.noise.Identity}, one class a role ({@link
 * org.p2pvpn.noise.Initiator}, {@link org.p2pvpn.noise.Responder}), the macs and cookies that come
 * before any Diffie-Hellman, and the timestamps that make a recorded initiation useless. Not
 * inside: who is admitted, how often, and what the keys are used for; the session package of the
 * overlay decides that and is the caller of all this.
 *
 * <p>Remote bytes never throw here: they end as a {@link org.p2pvpn.noise.HandshakeVerdict}.
 */
@NullMarked
package org.p2pvpn.noise;

import org.jspecify.annotations.NullMarked;
