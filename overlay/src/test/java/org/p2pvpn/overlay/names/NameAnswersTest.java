package org.p2pvpn.overlay.names;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.dns.DefaultDnsPtrRecord;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameAnswersTest {
  private static final Inet6Address SIX = (Inet6Address) InetAddress.ofLiteral("fd70::1234");
  private static final Inet4Address FOUR = (Inet4Address) InetAddress.ofLiteral("240.1.2.3");
  private static final NameTable TABLE =
      new NameTable(
          List.of(
              new NameTable.Entry(List.of("bob", "robert"), SIX, FOUR),
              new NameTable.Entry(
                  List.of("eve"), (Inet6Address) InetAddress.ofLiteral("fd70::5"), null)));

  private static DnsResponse ask(String name, DnsRecordType type) {
    DnsQuestion question = new DefaultDnsQuestion(name, type);
    assertThat(NameAnswers.isOurs(question)).isTrue();
    DnsResponse response = new DefaultDnsResponse(7);
    NameAnswers.answer(question, TABLE, response);
    return response;
  }

  private static byte[] address(DnsResponse response) {
    assertThat(response.count(DnsSection.ANSWER)).isEqualTo(1);
    DefaultDnsRawRecord record = response.recordAt(DnsSection.ANSWER);
    return ByteBufUtil.getBytes(record.content());
  }

  @Test
  void aNameHasBothAddressesWhateverItsCase() {
    assertThat(address(ask("bob.p2p.", DnsRecordType.AAAA))).isEqualTo(SIX.getAddress());
    assertThat(address(ask("BoB.P2P.", DnsRecordType.A))).isEqualTo(FOUR.getAddress());
    assertThat(address(ask("robert.p2p.", DnsRecordType.AAAA))).isEqualTo(SIX.getAddress());
    assertThat(ask("bob.p2p.", DnsRecordType.ANY).count(DnsSection.ANSWER)).isEqualTo(2);
  }

  @Test
  void anAddressHasItsFirstName() {
    for (String name :
        List.of(
            "4.3.2.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.d.f.ip6.arpa.",
            "3.2.1.240.in-addr.arpa.")) {
      DefaultDnsPtrRecord record = ask(name, DnsRecordType.PTR).recordAt(DnsSection.ANSWER);
      assertThat(record.hostname()).isEqualTo("bob.p2p.");
    }
  }

  @Test
  void whoseIpv4AddressIsAnothersHasNone() {
    DnsResponse response = ask("eve.p2p.", DnsRecordType.A);
    assertThat(response.code()).isEqualTo(DnsResponseCode.NOERROR);
    assertThat(response.count(DnsSection.ANSWER)).isZero();
    assertThat(response.count(DnsSection.AUTHORITY)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "nobody.p2p., AAAA, 3",
    "a.bob.p2p., A, 3",
    "9.9.9.240.in-addr.arpa., PTR, 3",
    "bob.p2p., MX, 0",
    "p2p., SOA, 0"
  })
  void aNoSaysForHowLong(String name, String type, int code) {
    DnsResponse response = ask(name, DnsRecordType.valueOf(type));
    assertThat(response.code().intValue()).isEqualTo(code);
    assertThat(response.count(DnsSection.ANSWER)).isZero();
    assertThat(
            response
                .<io.netty.handler.codec.dns.DnsRecord>recordAt(DnsSection.AUTHORITY)
                .timeToLive())
        .isEqualTo(NameAnswers.NEGATIVE_TTL_SECONDS);
  }

  @ParameterizedTest
  @CsvSource({
    "example.",
    "bob.p2p.example.",
    "notp2p.",
    "1.0.0.10.in-addr.arpa.",
    "1.2.3.999.in-addr.arpa.",
    "3.2.1.248.in-addr.arpa.",
    "1.ip6.arpa.",
    "."
  })
  void whatOthersKnowIsNotOurs(String name) {
    assertThat(NameAnswers.isOurs(new DefaultDnsQuestion(name, DnsRecordType.A))).isFalse();
  }
}
