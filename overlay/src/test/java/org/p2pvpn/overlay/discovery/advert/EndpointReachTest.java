package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EndpointReachTest {
  @ParameterizedTest
  @CsvSource({
    "20.1.2.3, GLOBAL",
    "2a01:4f8::1, GLOBAL",
    "10.0.0.1, PRIVATE",
    "172.31.255.1, PRIVATE",
    "172.32.0.1, GLOBAL",
    "192.168.0.1, PRIVATE",
    "100.127.0.1, PRIVATE",
    "100.128.0.1, GLOBAL",
    "192.0.2.1, PRIVATE",
    "198.19.0.1, PRIVATE",
    "203.0.113.9, PRIVATE",
    "fd00::1, PRIVATE",
    "2001:db8::1, PRIVATE",
    "127.0.0.1, LOOPBACK",
    "::1, LOOPBACK",
    "0.0.0.0, NOWHERE",
    "0.1.2.3, NOWHERE",
    "169.254.169.254, NOWHERE",
    "224.0.0.1, NOWHERE",
    "240.0.0.1, NOWHERE",
    "255.255.255.255, NOWHERE",
    "::, NOWHERE",
    "fe80::1, NOWHERE",
    "ff02::1, NOWHERE",
    "fd70::1, NOWHERE",
    "fd71::1, NOWHERE",
    "64:ff9b::7f00:1, NOWHERE",
    "2002:7f00:1::1, NOWHERE",
    "2001::1, NOWHERE",
    "4000::1, NOWHERE",
  })
  void saysHowFarAnAddressReaches(String address, EndpointReach reach) {
    assertThat(EndpointReach.of(InetAddress.ofLiteral(address))).isEqualTo(reach);
  }
}
