package org.p2pvpn.overlay.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeAddressTest {
  private static final InviteToken TOKEN = InviteToken.random(new SecureRandom());
  private static final NodeAddress ADDRESS = address(TOKEN, "alice");
  private static final String INVITE = ADDRESS.toInvite();

  private static NodeAddress address(InviteToken token, String name) {
    byte[] signing = new byte[32];
    byte[] agreement = new byte[32];
    new Random(7).nextBytes(signing);
    new Random(8).nextBytes(agreement);
    List<HostPort> hosts =
        List.of(
            new HostPort("192.0.2.7", 28790),
            new HostPort("2001:db8::7", 1),
            new HostPort("vpn.example.org", 65535));
    return new NodeAddress(signing, agreement, hosts, token, name);
  }

  @Test
  void printsAndReadsTheSameLine() {
    NodeAddress read = NodeAddress.parse(INVITE);
    assertThat(read).isEqualTo(ADDRESS);
    assertThat(read.toInvite()).isEqualTo(INVITE);
    assertThat(read.name()).isEqualTo("alice");
    assertThat(read.nodeId()).isEqualTo(NodeId.ofPublicKey(ADDRESS.ed25519PublicKey()));
    assertThat(INVITE)
        .contains("@192.0.2.7:28790,[2001:db8::7]:1,vpn.example.org:65535?token=")
        .endsWith("&name=alice");
  }

  @Test
  void tellsWhatTheNetworkAsksOfAKey() {
    String line = INVITE.replace("&name=", "&puzzle=24&name=");
    NodeAddress read = NodeAddress.parse(line);
    assertThat(read.network().puzzleBits()).isEqualTo(24);
    assertThat(read.toInvite()).isEqualTo(line);
    assertThat(read.toString()).endsWith("?puzzle=24&name=alice");
    assertThat(read).isNotEqualTo(ADDRESS);
    assertThat(ADDRESS.network()).isEqualTo(NetworkTerms.USUAL);
  }

  @Test
  void ignoresWhiteSpaceAroundTheLine() {
    assertThat(NodeAddress.parse("  " + INVITE + "\n")).isEqualTo(ADDRESS);
  }

  @Test
  void hidesTheTokenWhenPrintedForPeople() {
    assertThat(ADDRESS.toString()).doesNotContain("token", TOKEN.reveal());
    assertThat(TOKEN.toString()).doesNotContain(TOKEN.reveal());
  }

  @Test
  void namesEverySingleMistypedCharacterOfTheKeys() {
    int from = NodeAddress.SCHEME.length();
    for (int at = from; at < INVITE.indexOf('@'); at++) {
      char other = INVITE.charAt(at) == 'A' ? 'B' : 'A';
      String mistyped = INVITE.substring(0, at) + other + INVITE.substring(at + 1);
      assertThatThrownBy(() -> NodeAddress.parse(mistyped))
          .isInstanceOf(AddressSyntaxException.class)
          .hasMessageContaining("checksum does not match");
    }
  }

  @Test
  void neverShowsTheTokenInAnError() {
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder mutated = new StringBuilder(INVITE);
      for (int j = random.nextInt(3); j >= 0; j--) {
        mutated.setCharAt(random.nextInt(mutated.length()), (char) (32 + random.nextInt(95)));
      }
      try {
        NodeAddress.parse(mutated.toString());
      } catch (AddressSyntaxException e) {
        assertThat(e.getMessage()).as("seed 42, round %d", i).doesNotContain(TOKEN.reveal());
        assertThat(e.column()).isBetween(1, INVITE.length() + 1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://KEYS@h:1               | column 1: expected a line that begins with "p2pvpn://", found "http://"
          ''                            | found nothing
          alice                         | found no scheme
          p2pvpn://KEYS                 | expected "@" and HOST:PORT behind the keys
          p2pvpn://KE=S@h:1             | column 12: expected a letter, a digit, "-" or "_" in the keys, found "="
          p2pvpn://AAAA@h:1             | column 10: expected keys of 91 characters, found 4
          p2pvpn://KEYS@                | expected HOST:PORT, found nothing
          p2pvpn://KEYS@host            | expected ":" and a port
          p2pvpn://KEYS@:1              | expected a host before ":", found nothing
          p2pvpn://KEYS@host:0          | expected a port of 1 to 65535
          p2pvpn://KEYS@host:65536      | expected a port of 1 to 65535
          p2pvpn://KEYS@host:+1         | expected a port of 1 to 65535
          p2pvpn://KEYS@host:           | expected a port of 1 to 65535
          p2pvpn://KEYS@2001:db8::1:80  | expected an IPv6 address in brackets
          p2pvpn://KEYS@[2001:db8::1:80 | expected "]" behind the IPv6 address
          p2pvpn://KEYS@[2001:zz::1]:80 | expected an IPv6 address between the brackets
          p2pvpn://KEYS@[fe80::1%lo]:80 | expected an IPv6 address between the brackets
          p2pvpn://KEYS@[192.0.2.1]:80  | expected an IPv6 address between the brackets
          p2pvpn://KEYS@[::1]           | expected ":" and a port
          p2pvpn://KEYS@300.0.2.1:80    | expected an IPv4 address, found "300.0.2.1"
          p2pvpn://KEYS@1.2.3:80        | expected an IPv4 address, found "1.2.3"
          p2pvpn://KEYS@ho st:80        | expected a host name or an address
          p2pvpn://KEYS@h:1,            | expected HOST:PORT, found nothing
          p2pvpn://KEYS@h:1?            | expected token=..., network=..., puzzle=... or name=...
          p2pvpn://KEYS@h:1?tokn=AAAA   | expected token=..., network=..., puzzle=... or name=...
          p2pvpn://KEYS@h:1?token=AAAA  | expected a token of 22 characters, found 4
          p2pvpn://KEYS@h:1?puzzle=41   | expected a puzzle of 0 to 40 bits
          p2pvpn://KEYS@h:1?puzzle=-1   | expected a puzzle of 0 to 40 bits
          p2pvpn://KEYS@h:1?puzzle=     | expected a puzzle of 0 to 40 bits
          p2pvpn://KEYS@h:1?name=-a     | expected a name of 1 to 63 letters
          p2pvpn://KEYS@h:1?name=a&name=b | each at most once
          """)
  void saysWhatIsWrongAndWhere(String line, String expected) {
    String keys = INVITE.substring(NodeAddress.SCHEME.length(), INVITE.indexOf('@'));
    assertThatThrownBy(() -> NodeAddress.parse(line.replace("KEYS", keys)))
        .isInstanceOf(AddressSyntaxException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void acceptsNoMoreThanEightHosts() {
    String keys = INVITE.substring(0, INVITE.indexOf('@') + 1);
    assertThat(NodeAddress.parse(keys + "h:1,".repeat(7) + "h:1").hosts()).hasSize(8);
    assertThatThrownBy(() -> NodeAddress.parse(keys + "h:1,".repeat(8) + "h:1"))
        .hasMessageContaining("more than 8 hosts");
  }

  @FuzzTest(maxDuration = "5s")
  void readsOnlyWhatItWouldPrint(@NotNull String line) {
    try {
      NodeAddress read = NodeAddress.parse(line);
      assertThat(NodeAddress.parse(read.toInvite())).isEqualTo(read);
    } catch (AddressSyntaxException e) {
      assertThat(e.getMessage()).startsWith("address line, column ");
    }
  }
}
