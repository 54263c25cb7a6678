package org.p2pvpn.overlay.discovery.advert;

import java.util.List;

/**
 * What a node understands.
 *
 * @param wireVersions the handshake's version bytes
 * @param suites its suite bytes; unknown ones are later versions'
 * @param software name and version, for people
 */
public record Protocols(List<Integer> wireVersions, List<Integer> suites, String software) {
  public Protocols {
    wireVersions = List.copyOf(wireVersions);
    suites = List.copyOf(suites);
    Text.require(
        !wireVersions.isEmpty() && wireVersions.size() <= AdvertLimits.WIRE_VERSIONS_MAX,
        "wire versions: expected 1 to 4");
    Text.require(
        !suites.isEmpty() && suites.size() <= AdvertLimits.SUITES_MAX, "suites: expected 1 to 8");
    Text.require(areBytes(wireVersions) && areBytes(suites), "expected bytes");
    Text.require(Text.isPlain(software, AdvertLimits.SOFTWARE_BYTES_MAX), "software: too long");
  }

  private static boolean areBytes(List<Integer> values) {
    return values.stream().allMatch(value -> value >= 0 && value <= 255);
  }
}
