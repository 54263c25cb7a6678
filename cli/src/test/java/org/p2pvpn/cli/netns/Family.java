package org.p2pvpn.cli.netns;

/** Every claim about packets is made twice. */
enum Family {
  IPV4("-4"),
  IPV6("-6");

  private final String flag;

  Family(String flag) {
    this.flag = flag;
  }

  String flag() {
    return flag;
  }

  boolean isIpv6() {
    return this == IPV6;
  }

  /** As a URL wants it. */
  String inUrl(String address) {
    return isIpv6() ? "[" + address + "]" : address;
  }
}
