/**
 * Real daemons in network namespaces with real clients (ring 4): the packaged program as the
 * launcher starts it, on real TUN devices. Needs root; skipped aloud without.
 *
 * <p>{@link org.p2pvpn.cli.netns.Topology} draws the network most of them use; {@link
 * org.p2pvpn.cli.netns.Village} is one of any size, over an emulated internet.
 */
@NullMarked
package org.p2pvpn.cli.netns;

import org.jspecify.annotations.NullMarked;
