package org.p2pvpn.overlay.discovery.lan;

/** Why a beacon was not taken, in the order of the checks and of their cost. */
public enum BeaconRefusal {
  TOO_OFTEN("its address sends more than a node does; not looked at"),
  MALFORMED("not a beacon, or not of this version"),
  OFF_LINK("from an address that is not on the link it came by"),
  OTHER_NETWORK("of another network, or of none while this one is private"),
  TOO_MANY("as many were tried against our peers' keys as there may be in this time"),
  UNKNOWN("of nobody we know: noise to us"),
  DAMAGED("right at first sight, and not when opened"),
  OWN("our own, come back"),
  BEHIND("its sequence is not above the highest seen: repeated"),
  OVER_BUDGET("as many signatures were verified as there may be in this time"),
  FORGED("the signature is wrong, or not for the address it came from");

  private final String meaning;

  BeaconRefusal(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }
}
