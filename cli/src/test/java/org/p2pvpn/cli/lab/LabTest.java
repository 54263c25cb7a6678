package org.p2pvpn.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

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
