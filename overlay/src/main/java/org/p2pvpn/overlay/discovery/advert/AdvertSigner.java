package org.p2pvpn.overlay.discovery.advert;

import com.google.protobuf.ByteString;
import org.p2pvpn.noise.Identity;

/** Signs this node's own adverts; does not own the identity. */
public final class AdvertSigner {
  private final Identity identity;
  private final NodeKeys keys;

  public AdvertSigner(Identity identity) {
    this.identity = identity;
    this.keys = new NodeKeys(identity.signingKey(), identity.staticKey());
  }

  public NodeKeys keys() {
    return keys;
  }

  public SignedAdvert sign(Claims claims, Validity validity) {
    byte[] body = AdvertCodec.body(new Advert(keys, validity, claims));
    byte[] signature = identity.sign(AdvertCodec.signedMessage(body));
    byte[] signed = AdvertCodec.envelope(ByteString.copyFrom(body), ByteString.copyFrom(signature));
    if (signed.length > AdvertLimits.SIGNED_BYTES_MAX) {
      throw new IllegalStateException("the fields' limits keep every advert small enough");
    }
    return SignedAdvert.ofBytes(signed);
  }
}
