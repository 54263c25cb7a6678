/**
 * Kademlia: who is out there, kept by nobody and by everybody. The table of nodes that answered us,
 * lookups over disjoint paths, records kept for others.
 *
 * <p>No socket, no clock, no thread: the caller gives the time and carries the messages inside
 * sessions, so that every sender is who it says it is. Randomness comes from a seedable source. One
 * thread for everything here.
 */
@NullMarked
package org.p2pvpn.overlay.discovery.kad;

import org.jspecify.annotations.NullMarked;
