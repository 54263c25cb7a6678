package org.p2pvpn.overlay.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.InviteToken;
import org.p2pvpn.overlay.identity.NodeAddress;

class ConfigFileTest {
  static final String TOKEN = "AAECAwQFBgcICQoLDA0ODw";

  static String line(int seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return new NodeAddress(
            key,
            key,
            List.of(new HostPort("192.0.2.1", 28790)),
            InviteToken.ofBytes(new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}),
            null)
        .toInvite();
  }

  static final String FULL =
      """
      name = "alice"
      listen = 51820
      state = "/srv/p2pvpn"
      socket = "/run/p2pvpn/a.sock"
      connect_timeout = "10s"
      country = "SE"
      country_file = "/usr/share/GeoIP/country.mmdb"
      operator = "alice and friends"
      network_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
      puzzle = 22
      private_network = true
      bootstrap = ["%s"]

      [interface]
      name = "p2p1"
      mtu = 9000
      shards = 2
      transport = "io_uring"
      suite = "chachapoly"

      [[peer]]
      name = "bob"
      address = "%s"

      [[peer]]
      address = "%s"

      [exit]
      use = "bob"
      hops = 3
      preset = "private"
      rotate = "10m"
      routes = ["198.51.100.0/24"]
      dns = ["9.9.9.9", "2620:fe::fe"]
      allow_lan = true

      [relay]
      enabled = true
      bandwidth = "1.5 Gbit/s"
      bandwidth_per_peer = "500 kbit/s"
      circuits = 100
      circuits_per_peer = 8
      extends_per_second = 5

      [resolver]
      enabled = false
      change_host = false

      [names]
      printer = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9"

      [lan]
      enabled = false
      join = true

      [serve]
      exit = true
      dns = ["192.0.2.53"]
      allow = ["192.168.7.0/24"]
      deny = ["203.0.113.0/24", "2001:db8::/32"]
      deny_ports = [22, 6667]
      """
          .formatted(line(1), line(1), line(2));

  private static List<String> errorsOf(String text) {
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.parse(Path.of("p2pvpn.toml"), text));
    assertThat(e).as(text).isNotNull();
    assertThat(e.exitCode()).isEqualTo(78);
    return e.errors().stream().map(ConfigError::toString).toList();
  }

  @Test
  void readsEverySetting() {
    ConfigFile file = ConfigFile.parse(Path.of("p2pvpn.toml"), FULL);
    assertThat(file.values().keySet()).containsExactly(Setting.values());
    assertThat(file.peers()).hasSize(2);
    assertThat(file.peers().getFirst().name()).isEqualTo("bob");
    assertThat(file.lines()).containsEntry(Setting.INTERFACE_MTU, 16);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nam = "a"                 | p2pvpn.toml:1:1: nam: unknown key; did you mean "name"?
          zzzzzz = 1                | p2pvpn.toml:1:1: zzzzzz: unknown key
          name = 3                  | p2pvpn.toml:1:1: name: expected 1 to 63 letters, digits or "-", first and last not "-", found 3
          listen = 70000            | p2pvpn.toml:1:1: listen: expected a UDP port of 0 to 65535, 0 lets the kernel choose, found 70000
          listen = "1"              | found "1"
          state = "var"             | p2pvpn.toml:1:1: state: expected an absolute path, found "var"
          connect_timeout = "soon"  | expected a duration such as "30s", "5m" or "1h", found "soon"
          interface.transport = "iouring" | interface.transport: expected one of "epoll", "io_uring", found "iouring"; did you mean "io_uring"?
          interface.suite = "aes-gcm" | did you mean "aesgcm"?
          interface.mtuu = 1        | interface.mtuu: unknown key; did you mean "interface.mtu"?
          interface = 3             | interface: expected a table [interface], found 3
          peer = "x"                | peer: expected tables [[peer]], found "x"
          exit.dns = ["9.9.9"]      | exit.dns: expected a list, each an IP address, found ["9.9.9"]
          serve.deny = ["10.0.0.0/33"] | serve.deny: expected a list, each a prefix such as 192.0.2.0/24, found ["10.0.0.0/33"]
          serve.deny = ["10.0.0.1"] | serve.deny: expected
          serve.deny_ports = [0]    | serve.deny_ports: expected a list, each a port of 1 to 65535, found [0]
          serve.exit = "yes"        | serve.exit: expected true or false, found "yes"
          exit.allow_lan = 1        | exit.allow_lan: expected true or false, found 1
          servee.exit = true        | servee: unknown key; did you mean "serve"?
          puzzle = 41               | puzzle: expected 0 to 40 bits, each doubles the work, found 41
          relay = true              | relay: expected a table [relay], found true
          relay.bandwith = "1 Mbit/s" | relay.bandwith: unknown key; did you mean "relay.bandwidth"?
          relay.bandwidth = "100 MB/s" | relay.bandwidth: expected a bandwidth such as "100 Mbit/s" (64 kbit/s to 1000 Gbit/s) or "unlimited", found "100 MB/s"
          relay.bandwidth = 100     | relay.bandwidth: expected a bandwidth
          relay.bandwidth_per_peer = "63 kbit/s" | relay.bandwidth_per_peer: expected a bandwidth
          relay.bandwidth = "1001 Gbit/s" | relay.bandwidth: expected a bandwidth
          relay.circuits = 40000    | relay.circuits: expected 1 to 32768 circuits, found 40000
          relay.circuits_per_peer = 0 | relay.circuits_per_peer: expected 1 to 1024 circuits of one peer, found 0
          interface.name = "a/b"    | interface.name: expected 1 to 15 letters
          """)
  void namesPlaceExpectationAndFinding(String text, String expected) {
    assertThat(errorsOf(text)).singleElement().asString().contains(expected);
  }

  @Test
  void tellsAllErrorsAtOnceInTheOrderOfTheFile() {
    assertThat(errorsOf("listen = -1\n\n[exit]\nuse = \"\"\nallow = true\n[peer]\nname = 1\n"))
        .hasSize(4)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("p2pvpn.toml:1:1: listen:"),
            second -> assertThat(second).startsWith("p2pvpn.toml:4:1: exit.use:"),
            third -> assertThat(third).startsWith("p2pvpn.toml:5:1: exit.allow:"),
            fourth -> assertThat(fourth).contains("did you mean \"[[peer]]\"?"));
  }

  @Test
  void tellsSyntaxErrorsWithTheErrorsBeforeThem() {
    assertThat(errorsOf("listen = -1\nname = \"a\nmtu = 3\n"))
        .hasSize(2)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("p2pvpn.toml:1:1: listen:"),
            second -> assertThat(second).startsWith("p2pvpn.toml:2:"));
  }

  @Test
  void namesAMistypedAddressWithoutItsToken() {
    String mistyped = line(1).replace("p2pvpn://", "p2pvpn://A");
    assertThat(errorsOf("[[peer]]\nname = \"bob\"\naddress = \"" + mistyped + "\"\n"))
        .singleElement()
        .asString()
        .contains("p2pvpn.toml:3:1: peer[0].address: address line, column 10: expected keys")
        .doesNotContain(TOKEN);
  }

  @Test
  void refusesTheSamePeerOrNameTwice() {
    String peer = "[[peer]]\nname = \"bob\"\naddress = \"" + line(1) + "\"\n";
    assertThat(errorsOf(peer + peer))
        .hasSize(2)
        .anyMatch(error -> error.endsWith("peer[1].name: the same name as in line 2"))
        .anyMatch(error -> error.endsWith("peer[1].address: the same node as in line 3"));
  }

  @Test
  void neverThrowsAnythingButItsOwnErrorNorShowsAToken() {
    long seed = 20_26;
    Random random = new Random(seed);
    String alphabet = "\"'[]{}=#.,\n\t\\-_ aZ09\u0000\u00e9\ud83d\ude00";
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(FULL);
      for (int j = random.nextInt(4); j >= 0; j--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.setCharAt(at, alphabet.charAt(random.nextInt(alphabet.length())));
          case 1 -> text.insert(at, alphabet.charAt(random.nextInt(alphabet.length())));
          default -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(12)));
        }
      }
      try {
        EffectiveConfig.resolve(
                ConfigFile.parse(Path.of("p2pvpn.toml"), text.toString()),
                java.util.Map.of(),
                java.util.Map.of())
            .toNodeConfig();
      } catch (ConfigException e) {
        assertThat(e.getMessage()).as("seed %d round %d", seed, i).doesNotContain(TOKEN);
        assertThat(e.errors()).as("seed %d round %d", seed, i).isNotEmpty();
      }
    }
  }

  @Test
  void survivesNestingWithoutALimit() {
    assertThat(errorsOf("name = " + "[".repeat(200_000))).isNotEmpty();
  }

  @Test
  void aMissingFileIsAnErrorOnlyWhenNamed(@TempDir Path folder) {
    Path missing = folder.resolve("none.toml");
    assertThat(ConfigFile.read(missing, false).values()).isEmpty();
    assertThatThrownBy(() -> ConfigFile.read(missing, true))
        .isInstanceOf(ConfigException.class)
        .hasMessage(missing + ": no such file");
  }

  @Test
  void refusesWhatIsNoText(@TempDir Path folder) throws Exception {
    Path binary = Files.write(folder.resolve("a.toml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> ConfigFile.read(binary, true)).hasMessage(binary + ": not UTF-8 text");
    Path large =
        Files.write(
            folder.resolve("b.toml"), "#".repeat(2_000_000).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> ConfigFile.read(large, true))
        .hasMessageContaining("larger than 1 MiB");
    assertThatThrownBy(() -> ConfigFile.read(folder, true)).isInstanceOf(ConfigException.class);
  }
}
