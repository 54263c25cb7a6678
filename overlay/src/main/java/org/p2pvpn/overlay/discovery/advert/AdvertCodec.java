package org.p2pvpn.overlay.discovery.advert;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.proto.AdvertProto;

/**
 * The envelope and the writing side of {@code advert.proto}; {@link BodyReader} reads. The
 * signature is over a label and the body's exact bytes, so that no key of ours ever signs something
 * that is also a message of another kind.
 */
final class AdvertCodec {
  private static final byte[] LABEL = "p2pvpn advert 1\0".getBytes(StandardCharsets.US_ASCII);

  /** An envelope's two parts; the body is parsed, not judged. */
  record Envelope(ByteString bodyBytes, ByteString signature, AdvertProto.AdvertBody body) {
    byte[] signedMessage() {
      return AdvertCodec.signedMessage(bodyBytes.toByteArray());
    }
  }

  private AdvertCodec() {}

  /** Null for what is no advert at all. */
  static @Nullable Envelope open(byte[] bytes) {
    try {
      AdvertProto.SignedAdvert signed = AdvertProto.SignedAdvert.parseFrom(bytes);
      ByteString body = signed.getBody();
      // One spelling only: what stands outside the signature could be changed on the way, and the
      // same advert would look new or carry a stranger's bytes.
      if (!Arrays.equals(envelope(body, signed.getSignature()), bytes)) {
        return null;
      }
      return new Envelope(body, signed.getSignature(), AdvertProto.AdvertBody.parseFrom(body));
    } catch (InvalidProtocolBufferException _) {
      return null;
    }
  }

  static byte[] envelope(ByteString body, ByteString signature) {
    return AdvertProto.SignedAdvert.newBuilder()
        .setBody(body)
        .setSignature(signature)
        .build()
        .toByteArray();
  }

  static byte[] signedMessage(byte[] body) {
    byte[] message = Arrays.copyOf(LABEL, Math.addExact(LABEL.length, body.length));
    System.arraycopy(body, 0, message, LABEL.length, body.length);
    return message;
  }

  static byte[] body(Advert advert) {
    Claims claims = advert.claims();
    AdvertProto.AdvertBody.Builder body =
        AdvertProto.AdvertBody.newBuilder()
            .setVersion(AdvertLimits.VERSION)
            .setSigningKey(ByteString.copyFrom(advert.keys().signing()))
            .setAgreementKey(ByteString.copyFrom(advert.keys().agreement()))
            .setSequence(advert.validity().sequence())
            .setIssued(advert.validity().issuedSeconds())
            .setExpires(advert.validity().expiresSeconds())
            .setUplinkKbits(claims.capacity().uplinkKbits())
            .addAllWireVersions(claims.protocols().wireVersions())
            .addAllSuites(claims.protocols().suites())
            .setUpSince(claims.capacity().upSinceSeconds())
            .setLoadPercent(claims.capacity().loadPercent())
            .setOperator(claims.operator())
            .setSoftware(claims.protocols().software())
            .setPuzzleNonce(claims.puzzleNonce());
    for (InetSocketAddress endpoint : claims.endpoints()) {
      body.addEndpoints(
          AdvertProto.Endpoint.newBuilder()
              .setAddress(ByteString.copyFrom(endpoint.getAddress().getAddress()))
              .setPort(endpoint.getPort()));
    }
    for (Role role : claims.roles()) {
      body.addRolesValue(role.number());
    }
    if (!claims.place().equals(Place.UNSAID)) {
      body.setPlace(place(claims.place()));
    }
    if (claims.exit() != null) {
      body.setExit(exit(claims.exit()));
    }
    if (claims.coordinate() != null) {
      body.setCoordinate(coordinate(claims.coordinate()));
    }
    return body.build().toByteArray();
  }

  private static AdvertProto.Place place(Place place) {
    return AdvertProto.Place.newBuilder()
        .setCountry(place.country())
        .setRegion(place.region())
        .setCity(place.city())
        .setAsNumber((int) place.asNumber())
        .build();
  }

  private static AdvertProto.ExitSummary exit(ExitSummary exit) {
    AdvertProto.ExitSummary.Builder summary =
        AdvertProto.ExitSummary.newBuilder().setIpv4(exit.ipv4()).setIpv6(exit.ipv6());
    for (ExitSummary.PortRange range : exit.deniedPorts()) {
      summary.addDeniedPorts(range.first()).addDeniedPorts(range.last());
    }
    for (ExitSummary.Prefix prefix : exit.allowed()) {
      summary.addAllowed(
          AdvertProto.Prefix.newBuilder()
              .setAddress(ByteString.copyFrom(prefix.address().getAddress()))
              .setLength(prefix.lengthBits()));
    }
    return summary.build();
  }

  private static AdvertProto.Coordinate coordinate(Coordinate coordinate) {
    return AdvertProto.Coordinate.newBuilder()
        .addAllPosition(coordinate.positionMicros())
        .setHeight(coordinate.heightMicros())
        .setError(coordinate.errorPermille())
        .build();
  }
}
