package org.p2pvpn.overlay.discovery.advert;

import com.google.protobuf.ByteString;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.proto.AdvertProto;

/**
 * From a parsed body to our own types, each value within its limits. The types' constructors throw
 * for values out of range, as they should for our own; a stranger's become null here.
 */
final class BodyReader {
  private BodyReader() {}

  /** Null when sequence or times are no such numbers. */
  static @Nullable Validity validity(AdvertProto.AdvertBody body) {
    // Unsigned on the wire: one that needs the last bit comes as negative.
    return body.getSequence() < 0 || body.getIssued() < 0 || body.getExpires() < 0
        ? null
        : new Validity(body.getSequence(), body.getIssued(), body.getExpires());
  }

  /** Null when a value is out of its range. */
  static @Nullable Advert advert(AdvertProto.AdvertBody body, Validity validity) {
    byte[] signing = body.getSigningKey().toByteArray();
    byte[] agreement = body.getAgreementKey().toByteArray();
    if (signing.length != NodeKeys.KEY_BYTES
        || !Identity.isStaticKey(agreement)
        || isTooMany(body)) {
      return null;
    }
    try {
      return new Advert(new NodeKeys(signing, agreement), validity, claims(body));
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** Before a list is walked; the whole body is small, this only keeps the walk short. */
  private static boolean isTooMany(AdvertProto.AdvertBody body) {
    return body.getEndpointsCount() > AdvertLimits.ENDPOINTS_MAX
        || body.getRolesCount() > Integer.SIZE
        || body.getWireVersionsCount() > AdvertLimits.WIRE_VERSIONS_MAX
        || body.getSuitesCount() > AdvertLimits.SUITES_MAX
        || body.getCoordinate().getPositionCount() > AdvertLimits.DIMENSIONS_MAX
        || body.getExit().getDeniedPortsCount() > 2 * AdvertLimits.DENIED_PORT_RANGES_MAX
        || body.getExit().getAllowedCount() > AdvertLimits.ALLOWED_PREFIXES_MAX;
  }

  private static Claims claims(AdvertProto.AdvertBody body) {
    List<InetSocketAddress> endpoints = new ArrayList<>();
    for (AdvertProto.Endpoint endpoint : body.getEndpointsList()) {
      endpoints.add(new InetSocketAddress(address(endpoint.getAddress()), endpoint.getPort()));
    }
    AdvertProto.Place place = body.getPlace();
    return new Claims(
        endpoints,
        roles(body),
        new Place(
            place.getCountry(),
            place.getRegion(),
            place.getCity(),
            Integer.toUnsignedLong(place.getAsNumber())),
        new Capacity(body.getUplinkKbits(), body.getUpSince(), body.getLoadPercent()),
        new Protocols(body.getWireVersionsList(), body.getSuitesList(), body.getSoftware()),
        body.hasExit() ? exit(body.getExit()) : null,
        body.hasCoordinate() ? coordinate(body.getCoordinate()) : null,
        body.getOperator(),
        body.getPuzzleNonce());
  }

  private static Set<Role> roles(AdvertProto.AdvertBody body) {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (int number : body.getRolesValueList()) {
      for (Role role : Role.values()) {
        if (role.number() == number) {
          roles.add(role);
        }
      }
    }
    return roles;
  }

  private static ExitSummary exit(AdvertProto.ExitSummary exit) {
    List<Integer> ports = exit.getDeniedPortsList();
    Text.require(ports.size() % 2 == 0, "ports: expected pairs");
    List<ExitSummary.PortRange> denied = new ArrayList<>();
    for (int i = 0; i < ports.size(); i += 2) {
      denied.add(new ExitSummary.PortRange(ports.get(i), ports.get(i + 1)));
    }
    List<ExitSummary.Prefix> allowed = new ArrayList<>();
    for (AdvertProto.Prefix prefix : exit.getAllowedList()) {
      allowed.add(new ExitSummary.Prefix(address(prefix.getAddress()), prefix.getLength()));
    }
    return new ExitSummary(exit.getIpv4(), exit.getIpv6(), denied, allowed);
  }

  private static Coordinate coordinate(AdvertProto.Coordinate coordinate) {
    return new Coordinate(
        coordinate.getPositionList(), coordinate.getHeight(), coordinate.getError());
  }

  private static InetAddress address(ByteString bytes) {
    try {
      InetAddress address = InetAddress.getByAddress(bytes.toByteArray());
      // The JDK makes an IPv4 address of a mapped one; an address has one spelling here.
      Text.require(address instanceof Inet4Address == (bytes.size() == 4), "address: mapped");
      return address;
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("address: expected 4 or 16 bytes", e);
    }
  }
}
