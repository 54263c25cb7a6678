/**
 * What we change on the machine: links, addresses, routes, rules, nft tables, sysctls, the
 * resolver.
 *
 * <p>A change is data first ({@link org.p2pvpn.overlay.host.HostChange}), put together by pure
 * functions ({@link org.p2pvpn.overlay.host.HostPlan}), written to the journal, and only then made
 * ({@link org.p2pvpn.overlay.host.Host}). So `--dry-run` prints exactly what would be run, and what
 * a killed process left can be undone by anyone who can read the journal.
 *
 * <p>Knows no packet, session or peer. Called by {@code node} and the CLI's {@code doctor} and
 * {@code cleanup}, on any one thread at a time: processes are started and files synced here.
 */
@NullMarked
package org.p2pvpn.overlay.host;

import org.jspecify.annotations.NullMarked;
