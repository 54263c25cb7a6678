/**
 * {@code p2pvpn lab}: the product shown on one machine, in network namespaces that are gone
 * afterwards. Daemons, TUN devices, sockets and traffic are real; what is shown is counted by the
 * kernel or told by the site. Knows nothing of the other commands.
 */
@NullMarked
package org.p2pvpn.cli.lab;

import org.jspecify.annotations.NullMarked;
