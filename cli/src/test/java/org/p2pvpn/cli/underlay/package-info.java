/** The emulation in virtual time: no socket, no clock. In real namespaces: cli.netns. */
@NullMarked
package org.p2pvpn.cli.underlay;

import org.jspecify.annotations.NullMarked;
