package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Initiator;
import org.p2pvpn.overlay.session.Way;

/**
 * An initiation on its way: what opens the answer, and where it was sent.
 *
 * @param to the endpoint; of the guard, when it went inside other sessions
 * @param way those sessions, or null
 */
record OutgoingHandshake(
    Peer peer, Initiator initiator, int senderIndex, InetSocketAddress to, @Nullable Way way) {}
