package org.p2pvpn.overlay.discovery.advert;

/**
 * What a node says it can do, and how busy it is.
 *
 * @param uplinkKbits to the internet; 0 is not said
 * @param upSinceSeconds Unix time of its start; 0 is not said
 * @param loadPercent of what it is ready to give
 */
public record Capacity(long uplinkKbits, long upSinceSeconds, int loadPercent) {
  public static final Capacity UNSAID = new Capacity(0, 0, 0);

  public Capacity {
    Text.require(uplinkKbits >= 0, "uplink: expected less than 2^63 kbit/s");
    Text.require(upSinceSeconds >= 0, "up since: expected Unix seconds");
    Text.require(loadPercent >= 0 && loadPercent <= 100, "load: expected 0 to 100 percent");
  }
}
