package org.p2pvpn.overlay.control;

import java.net.InetSocketAddress;
import org.p2pvpn.noise.Initiator;

/** An initiation on its way: what opens the answer, and where it was sent. */
record OutgoingHandshake(Peer peer, Initiator initiator, int senderIndex, InetSocketAddress to) {}
