package org.p2pvpn.overlay.discovery.advert;

/** Why an advert was not taken, in the order of the checks and of their cost. */
public enum AdvertRefusal {
  TOO_MANY("the peer hands over more than it may; not looked at"),
  OVERSIZED("longer than an advert may be"),
  MALFORMED("not an advert, or not in the one spelling of its envelope"),
  UNKNOWN_VERSION("a body of another version"),
  EXPIRED("its time is over"),
  FUTURE("issued in the future, by more than clocks differ"),
  LONG_LIVED("meant to hold longer than adverts may, or ends before it begins"),
  BAD_VALUE("a field is out of its range"),
  STOLEN("another node's advert than the one it was given as"),
  BAD_ENDPOINT("an address that strangers cannot or must not call"),
  OWN("our own, come back"),
  KNOWN("the very advert that we hold"),
  BEHIND("its sequence is not above the highest seen: replayed or rolled back"),
  PREFIX_FULL("enough nodes of that /24 or /48 are known"),
  BOOK_FULL("enough nodes are known"),
  UNSOLVED("the key has not cost what the network asks"),
  OVER_BUDGET("as many signatures were verified as there may be in this time"),
  FORGED("the signature is wrong");

  private final String meaning;

  AdvertRefusal(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }

  /**
   * Whether an honest peer never hands over such an advert, of whatever version it is. One with
   * wider limits may well take what we find too long-lived or out of range.
   */
  boolean isPeersFault() {
    return switch (this) {
      case OVERSIZED, MALFORMED, FORGED -> true;
      case TOO_MANY,
          UNKNOWN_VERSION,
          EXPIRED,
          FUTURE,
          LONG_LIVED,
          BAD_VALUE,
          STOLEN,
          BAD_ENDPOINT,
          OWN,
          KNOWN,
          BEHIND,
          PREFIX_FULL,
          BOOK_FULL,
          UNSOLVED,
          OVER_BUDGET ->
          false;
    };
  }
}
