package org.p2pvpn.overlay.discovery.kad;

/**
 * The table's health.
 *
 * @param nodes in the table
 * @param buckets of 256 that are in use
 * @param records adverts kept for others by node id
 * @param providers records kept for others by role and country
 * @param lookups running or waiting
 * @param refreshedSecondsAgo when a refresh last ended, -1 for never
 * @param joined whether we have looked for our own neighbourhood
 */
public record KadStatus(
    int nodes,
    int buckets,
    int records,
    int providers,
    int lookups,
    long refreshedSecondsAgo,
    boolean joined) {}
