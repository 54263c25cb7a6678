package org.p2pvpn.overlay.node.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p2pvpn.overlay.node.NodeConfig;

final class RouteParserTest {
  private static final Path FILE = Path.of("p2pvpn.toml");

  private static List<String> errorsOf(String text) {
    ConfigException e =
        catchThrowableOfType(ConfigException.class, () -> ConfigFile.parse(FILE, text));
    assertThat(e).as(text).isNotNull();
    return e.errors().stream().map(ConfigError::toString).toList();
  }

  private static NodeConfig config(String text) {
    return EffectiveConfig.resolve(ConfigFile.parse(FILE, text), Map.of(), Map.of()).toNodeConfig();
  }

  @Test
  void readsEveryKey() {
    NodeConfig config =
        config(
            """
            [[route]]
            name = "videos"
            to = ["203.0.113.9/24", "2001:db8::/32", "198.51.100.7"]
            user = "root"
            cgroup = "/a.slice/b.service"
            fwmark = 0x7
            exit = "SE"
            hops = 3
            preset = "private"
            min_trust = 0.3
            """);
    assertThat(config.routes())
        .containsExactly(
            new NodeConfig.Route(
                "route[0]",
                "videos",
                "user root cgroup /a.slice/b.service fwmark 0x7"
                    + " to 203.0.113.0/24, 2001:db8::/32, 198.51.100.7/32",
                List.of("203.0.113.0/24", "2001:db8::/32", "198.51.100.7/32"),
                0,
                "/a.slice/b.service",
                7,
                "SE",
                3,
                "private",
                0.3));
    assertThat(config.usesExit()).isTrue();
    assertThat(config.routesWholeHost()).isFalse();
  }

  @Test
  void whatARuleDoesNotSayIsAsForTheDefaultExit() {
    NodeConfig.Route route =
        config("[exit]\nhops = 2\npreset = \"bulk\"\n[[route]]\nfwmark = 9\nexit = \"bob\"\n")
            .routes()
            .getFirst();
    assertThat(route.hops()).isEqualTo(2);
    assertThat(route.preset()).isEqualTo("bulk");
    assertThat(route.uid()).isEqualTo(-1);
    assertThat(route.minimumTrust()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          exit = "SE"                           | p2pvpn.toml:1:1: route[0]: expected what it is about: one or more of to, user, cgroup and fwmark
          fwmark = 7                            | p2pvpn.toml:1:1: route[0].exit: expected the exit that it leaves by, found nothing
          fwmrk = 7;user = "root";exit = "SE"   | p2pvpn.toml:2:1: route[0].fwmrk: unknown key; did you mean "fwmark"?
          user = "roott";exit = "SE"            | p2pvpn.toml:2:1: route[0].user: unknown user "roott"; did you mean "root"?
          user = "a b";exit = "SE"              | route[0].user: expected a user's name, found "a b"
          user = 3;exit = "SE"                  | route[0].user: expected a user's name, found 3
          to = "10.0.0.0/33";exit = "SE"        | p2pvpn.toml:2:1: route[0].to: expected a list, each a prefix such as 192.0.2.0/24, or an address, found "10.0.0.0/33"
          to = "example.org";exit = "SE"        | route[0].to: expected a list
          to = [];exit = "SE"                   | route[0].to: an empty list covers nothing
          to = "0.0.0.0/0";exit = "SE"          | route[0].to: 0.0.0.0/0: that is everything: use exit.use
          to = "fd70::7";exit = "SE"            | route[0].to: fd70::7: no exit is asked for that
          to = "248.0.0.1";exit = "SE"          | route[0].to: 248.0.0.1: no exit is asked for that
          cgroup = "a.slice";exit = "SE"        | route[0].cgroup: expected a cgroup below the root
          cgroup = "/a/../b";exit = "SE"        | route[0].cgroup: expected a cgroup below the root
          cgroup = '/a" drop';exit = "SE"       | route[0].cgroup: expected a cgroup below the root
          fwmark = 0;exit = "SE"                | route[0].fwmark: expected a number of 1 to 0xffffffff, found 0
          fwmark = 0x70327076;exit = "SE"       | route[0].fwmark: 0x70327076 is a mark of our own
          fwmark = 0x70327101;exit = "SE"       | route[0].fwmark: 0x70327101 is a mark of our own
          fwmark = 7;exit = "SE";hops = 6       | p2pvpn.toml:4:1: route[0].hops: expected how many nodes the traffic passes, 1 to 5, found 6
          fwmark = 7;exit = "SE";preset = "fats" | route[0].preset: expected one of "fast", "balanced", "private", "bulk", found "fats"; did you mean "fast"?
          fwmark = 7;exit = "SE";min_trust = 2  | route[0].min_trust: expected a number from 0 to 1, found 2
          """)
  void namesPlaceExpectationAndFinding(String keys, String expected) {
    String text = "[[route]]\n" + keys.replace(";", "\n") + "\n";
    assertThat(errorsOf(text)).singleElement().asString().contains(expected);
  }

  @Test
  void aRuleThatAnotherAlwaysBeatsIsAnError() {
    String rule = "[[route]]\nto = \"203.0.113.0/24\"\nexit = \"%s\"\n";
    assertThat(errorsOf(rule.formatted("SE") + rule.formatted("NO")))
        .containsExactly(
            "p2pvpn.toml:4:1: route[1]: covers the same (203.0.113.0/24) as the rule in line 1,"
                + " which would win; remove one");
    assertThat(config(rule.formatted("SE") + rule.replace("/24", "/25").formatted("NO")).routes())
        .hasSize(2);
  }

  @Test
  void aTableInThePlaceOfAListIsNamed() {
    assertThat(errorsOf("[route]\nexit = \"SE\"\n"))
        .containsExactly(
            "p2pvpn.toml:1:1: route: expected tables [[route]], found a table; did you mean"
                + " \"[[route]]\"?");
  }

  @Test
  void tooManyRulesAreAnError() {
    StringBuilder text = new StringBuilder();
    for (int i = 1; i <= 129; i++) {
      text.append("[[route]]\nfwmark = ").append(i).append("\nexit = \"SE\"\n");
    }
    assertThat(errorsOf(text.toString()))
        .singleElement()
        .asString()
        .contains("129 rules, counting each prefix; at most 128");
  }

  @Test
  void anSshSessionIsInDangerOnlyWhereARuleCoversItsAnswers() {
    String rule = "[[route]]\n%s\nexit = \"SE\"\n";
    NodeConfig prefix = config(rule.formatted("to = \"203.0.113.0/24\""));
    assertThat(prefix.divertsAnswersTo("203.0.113.9")).isTrue();
    assertThat(prefix.divertsAnswersTo("198.51.100.9")).isFalse();
    assertThat(prefix.divertsAnswersTo("")).isTrue();
    assertThat(config(rule.formatted("user = \"nobody\"")).divertsAnswersTo("")).isFalse();
    assertThat(config(rule.formatted("user = \"root\"")).divertsAnswersTo("192.0.2.1")).isTrue();
    assertThat(config("").divertsAnswersTo("192.0.2.1")).isFalse();
  }
}
