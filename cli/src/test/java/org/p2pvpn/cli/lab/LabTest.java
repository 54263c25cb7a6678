package org.p2pvpn.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.StringReader;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.p2pvpn.overlay.control.ControlException;
import picocli.CommandLine;

/** What of the lab needs no root. */
class LabTest {
  @Test
  void knowsALabsThingsByTheirNames() {
    LabPlace place = new LabPlace(42);
    assertThat(LabPlace.ofName(place.namespace("alice"))).isEqualTo(place);
    assertThat(LabPlace.ofName("p2pvpn-lab-42")).isEqualTo(place);
    assertThat(LabPlace.ofName("p2lab-alice")).isNull();
    assertThat(LabPlace.ofName("p2lab-42-alice-x")).isNull();
    assertThat(LabPlace.ofName("p2it-42-alice")).isNull();
  }

  /** Each flag's bad values, and what the sentence must name. */
  @ParameterizedTest
  @CsvSource({
    "--nodes 3 --hops 3, 6-60",
    "--nodes 61, 4-60",
    "--hops 6 --nodes 12, 2-5",
    "--loss 2, 2%",
    "--loss 21%, at most 20%",
    "--reorder x, --reorder",
    "--delay 1001ms, at most 1000ms",
    "--jitter 2s, --jitter",
    "--bandwidth 1mbit, needs 50mbit",
    "--nat round, port-restricted",
    "--nodes 6 --keep, --nodes"
  })
  void aBadValueIsNamedWithWhatWasExpected(String words, String expected) {
    CommandLine command =
        new CommandLine(
            new LabCommand(
                new LabConsole(
                    System.out,
                    new BufferedReader(new StringReader("")),
                    false,
                    false,
                    new LabConsole.LabLook(true, false))));
    command.registerConverter(
        Duration.class,
        text -> Duration.parse("PT" + text.replace("1001ms", "1.001s").toUpperCase(Locale.ROOT)));
    command.setExecutionExceptionHandler(
        (e, _, _) -> {
          assertThat(e).isInstanceOf(ControlException.class);
          ControlException told = (ControlException) e;
          assertThat(told.getMessage() + told.next()).contains(expected);
          return 2;
        });
    assertThat(command.execute(words.split(" "))).isEqualTo(2);
  }

  @Test
  void aProcessThatIsNoLabIsNotALivingOne() {
    assertThat(LabPlace.ofThisProcess().isAlive()).isFalse();
  }

  @Test
  void readsWhatNftListsAsCounters() {
    String listing =
        """
        table netdev lab {
        	counter tunnel {
        		packets 12 bytes 3400
        	}
        	counter clear {
        		packets 3 bytes 252
        	}
        }
        """;
    assertThat(UplinkCounter.count(listing)).isEqualTo(new UplinkCounter.Count(12, 0, 3));
  }

  @Test
  void drawsRatesRelativeToTheHighest() {
    assertThat(new LabText(true, false).sparkline(List.of(0.0, 5e8, 1e9))).isEqualTo("▁▅█");
    assertThat(new LabText(false, false).sparkline(List.of())).isEmpty();
  }

  @Test
  void writesAddressesAsPeopleDo() throws Exception {
    assertThat(ShortAddress.of(InetAddress.getByName("2a01:db8:4::2"))).isEqualTo("2a01:db8:4::2");
    assertThat(ShortAddress.of(InetAddress.getByName("203.0.4.2"))).isEqualTo("203.0.4.2");
  }

  @Test
  void everyHostHasALinkToTheRouterAndNoneTouchesTheRootNamespace() {
    String batch = Topology.links(new LabPlace(42));
    assertThat(batch.lines().filter(line -> line.startsWith("link add")))
        .hasSize(Topology.MEMBERS.size())
        .allMatch(line -> line.split(" netns ", -1).length == 3);
  }
}
