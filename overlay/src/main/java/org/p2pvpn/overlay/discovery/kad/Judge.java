package org.p2pvpn.overlay.discovery.kad;

import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.discovery.advert.AdvertCheck;
import org.p2pvpn.overlay.discovery.advert.Moment;
import org.p2pvpn.overlay.discovery.advert.SignedAdvert;
import org.p2pvpn.overlay.identity.NodeId;

/** Whether bytes are an advert. Simulations of thousands of nodes remember what was judged. */
public interface Judge {
  /** All but the signature: microseconds. Null is counted already. */
  @Nullable Contact read(byte[] advert, NodeId from, Moment now);

  /** The signature, dear and within a budget. False is counted already. */
  boolean isGenuine(Contact contact, NodeId from, Moment now);

  /** As every advert is judged. */
  static Judge by(AdvertCheck check) {
    return new Judge() {
      @Override
      public @Nullable Contact read(byte[] advert, NodeId from, Moment now) {
        return check.read(advert, from, now) instanceof AdvertCheck.Legible(var readable)
            ? new Contact(SignedAdvert.ofBytes(advert), readable)
            : null;
      }

      @Override
      public boolean isGenuine(Contact contact, NodeId from, Moment now) {
        return check.prove(contact.signed(), contact.advert(), from, now);
      }
    };
  }
}
