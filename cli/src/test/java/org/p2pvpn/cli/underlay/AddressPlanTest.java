package org.p2pvpn.cli.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AddressPlanTest {
  @Test
  void hostsOfAPrefixShareA16AndA32AndNobodySharesAnAddress() {
    Set<Address> all = new HashSet<>();
    for (int prefix = 0; prefix < 300; prefix++) {
      for (int number : new int[] {0, 1, 249, 250, 1000}) {
        AddressPlan plan = new AddressPlan(prefix, number);
        assertThat(all.add(Address.of(plan.ipv4()))).as(plan.ipv4()).isTrue();
        assertThat(all.add(Address.of(plan.ipv6()))).as(plan.ipv6()).isTrue();
        assertThat(plan.ipv4()).startsWith((45 + prefix / 256) + "." + prefix % 256 + ".");
      }
    }
    assertThat(new AddressPlan(19, 3).ipv4()).isEqualTo("45.19.0.5");
    assertThat(new AddressPlan(19, 3).ipv6()).isEqualTo("2a10:13:4::2");
  }
}
