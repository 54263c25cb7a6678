/**
 * An emulated internet between network namespaces, for the lab and the tests: delay, loss,
 * bandwidth, NAT and failures per pair of hosts, since netem may be missing.
 *
 * <p>{@link org.p2pvpn.cli.underlay.Underlay} is the emulation: a function of packets, time and a
 * seed, without sockets, clocks and threads. {@link org.p2pvpn.cli.underlay.EmulatedInternet}
 * drives it with one TUN device in each namespace. Knows nothing of p2pvpn's protocol.
 *
 * <p>Unlike the real one: routers neither count hops nor fragment (what is too big is refused, with
 * or without DF), a NAT has one host behind it, and nobody filters senders' addresses unless there
 * is a NAT, so that tests can forge them.
 */
@NullMarked
package org.p2pvpn.cli.underlay;

import org.jspecify.annotations.NullMarked;
