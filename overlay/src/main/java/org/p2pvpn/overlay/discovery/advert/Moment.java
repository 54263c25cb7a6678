package org.p2pvpn.overlay.discovery.advert;

/**
 * Now, by both clocks: the wall's for what others dated, the monotonic one for budgets.
 *
 * @param unixSeconds may jump
 * @param nanos never goes back
 */
public record Moment(long unixSeconds, long nanos) {}
