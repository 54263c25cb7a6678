/**
 * Real daemons in network namespaces with real clients (ring 4): the packaged program as the
 * launcher starts it, on real TUN devices. Needs root; skipped aloud without.
 *
 * <p>{@link org.p2pvpn.cli.netns.Topology} draws the network all of them use.
 */
@NullMarked
package org.p2pvpn.cli.netns;

import org.jspecify.annotations.NullMarked;
