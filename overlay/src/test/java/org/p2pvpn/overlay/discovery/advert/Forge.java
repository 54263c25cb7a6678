package org.p2pvpn.overlay.discovery.advert;

import com.google.protobuf.ByteString;
import java.util.function.Consumer;
import org.p2pvpn.noise.Identity;
import org.p2pvpn.overlay.discovery.advert.proto.AdvertProto;

/** Adverts that our own code does not make. */
final class Forge {
  private Forge() {}

  /** Signed rightly, whatever the body is. */
  static byte[] signed(int node, byte[] body) {
    byte[] seed = new byte[Identity.SEED_BYTES];
    seed[0] = (byte) node;
    try (Identity identity = Identity.ofSeed(seed)) {
      byte[] signature = identity.sign(AdvertCodec.signedMessage(body));
      return AdvertCodec.envelope(ByteString.copyFrom(body), ByteString.copyFrom(signature));
    }
  }

  /** A right advert with something changed, signed after the change. */
  static byte[] changed(int node, Consumer<AdvertProto.AdvertBody.Builder> change) {
    AdvertProto.AdvertBody.Builder body = builder(Sample.advert(node, 5));
    change.accept(body);
    return signed(node, body.build().toByteArray());
  }

  /** Changed after it was signed. */
  static byte[] tampered(int node, Consumer<AdvertProto.AdvertBody.Builder> change) {
    SignedAdvert right = Sample.advert(node, 5);
    AdvertProto.AdvertBody.Builder body = builder(right);
    change.accept(body);
    AdvertCodec.Envelope envelope = AdvertCodec.open(right.toBytes());
    if (envelope == null) {
      throw new IllegalStateException("a right advert opens");
    }
    return AdvertCodec.envelope(
        ByteString.copyFrom(body.build().toByteArray()), envelope.signature());
  }

  private static AdvertProto.AdvertBody.Builder builder(SignedAdvert signed) {
    AdvertCodec.Envelope envelope = AdvertCodec.open(signed.toBytes());
    if (envelope == null) {
      throw new IllegalStateException("a right advert opens");
    }
    return envelope.body().toBuilder();
  }
}
