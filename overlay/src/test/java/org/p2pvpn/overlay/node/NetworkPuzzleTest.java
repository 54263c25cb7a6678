package org.p2pvpn.overlay.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.control.ControlException;
import org.p2pvpn.overlay.identity.HostPort;
import org.p2pvpn.overlay.identity.InviteToken;
import org.p2pvpn.overlay.identity.NetworkTerms;
import org.p2pvpn.overlay.identity.NodeAddress;
import org.p2pvpn.overlay.node.config.ConfigFile;
import org.p2pvpn.overlay.node.config.EffectiveConfig;

final class NetworkPuzzleTest {
  @TempDir private Path folder;

  private static String line(boolean invites, @Nullable Integer bits) {
    byte[] keys = new byte[32];
    new Random(invites ? 1 : 2).nextBytes(keys);
    return new NodeAddress(
            keys,
            keys,
            List.of(new HostPort("192.0.2.1", 28_790)),
            invites ? InviteToken.random(new SecureRandom()) : null,
            new NetworkTerms(null, bits),
            null)
        .toInvite();
  }

  private int bits(String config, String... lines) {
    String text = "state = \"%s\"\n%s\n".formatted(folder, config);
    EffectiveConfig effective =
        EffectiveConfig.resolve(ConfigFile.parse(Path.of("p2pvpn.toml"), text), Map.of(), Map.of());
    for (String line : lines) {
      effective = effective.withInvite(line);
    }
    return NetworkPuzzle.bits(effective.toNodeConfig());
  }

  @Test
  void anInviteTellsAndTheNextStartRemembers() {
    assertThat(bits("")).isEqualTo(20);
    assertThat(bits("", line(true, 24))).isEqualTo(24);
    assertThat(bits("")).isEqualTo(24);
    assertThat(bits("", line(false, null))).isEqualTo(24);
  }

  @Test
  void anInviteIntoAUsualNetworkEndsWhatWasBefore() {
    bits("", line(true, 24));
    assertThat(bits("", line(true, null))).isEqualTo(20);
    assertThat(bits("")).isEqualTo(20);
  }

  @Test
  void theOperatorsWordGoesBeforeWhatWasKept() {
    bits("", line(true, 24));
    assertThat(bits("puzzle = 22")).isEqualTo(22);
    assertThat(bits("puzzle = 22", line(true, 22))).isEqualTo(22);
  }

  @Test
  void twoNumbersAreAMistake() {
    assertThatThrownBy(() -> bits("puzzle = 22", line(true, 24)))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("22 and 24 bits");
    assertThatThrownBy(() -> bits("", line(true, 24), line(false, 23)))
        .isInstanceOf(ControlException.class);
    assertThat(folder.resolve("puzzle-bits")).doesNotExist();
  }

  @Test
  void aFileThatCannotBeReadIsNotBelieved() throws IOException {
    Files.writeString(folder.resolve("puzzle-bits"), "a lot\n");
    assertThat(bits("")).isEqualTo(20);
    Files.writeString(folder.resolve("puzzle-bits"), "99\n");
    assertThat(bits("")).isEqualTo(20);
  }
}
