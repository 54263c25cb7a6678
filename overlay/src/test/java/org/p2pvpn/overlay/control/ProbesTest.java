package org.p2pvpn.overlay.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.p2pvpn.overlay.wire.Frame;

final class ProbesTest {
  private final Probes probes = new Probes(new Random(1));

  private static byte[] echo(byte[] probe) {
    byte[] echo = probe.clone();
    echo[0] = Frame.ECHO;
    return echo;
  }

  @Test
  void anEchoSaysHowLongItTook() {
    byte[] probe = probes.next(100);
    assertThat(probe).hasSize(Frame.PROBE_BYTES).startsWith(Frame.PROBE);
    assertThat(probes.roundTripNanos(echo(probe), 350)).isEqualTo(250);
  }

  @Test
  void aProbeIsItsFrameByteAndAnId() {
    long id = new Random(1).nextLong();
    assertThat(java.util.HexFormat.of().formatHex(probes.next(0)))
        .isEqualTo(String.format("04%016x", id));
  }

  @Test
  void anEchoCountsOnce() {
    byte[] probe = probes.next(100);
    probes.roundTripNanos(echo(probe), 350);
    assertThat(probes.roundTripNanos(echo(probe), 360)).isEqualTo(-1);
  }

  @Test
  void anEchoOfNothingDoesNotCount() {
    byte[] guessed = echo(probes.next(100));
    guessed[8] ^= 1;
    assertThat(probes.roundTripNanos(guessed, 350)).isEqualTo(-1);
    assertThat(probes.roundTripNanos(echo(new byte[Frame.PROBE_BYTES]), 350)).isEqualTo(-1);
  }

  @Test
  void anEchoOfAnotherLengthDoesNotCount() {
    byte[] echo = echo(probes.next(100));
    assertThat(probes.roundTripNanos(Arrays.copyOf(echo, 8), 350)).isEqualTo(-1);
    assertThat(probes.roundTripNanos(Arrays.copyOf(echo, 10), 350)).isEqualTo(-1);
    assertThat(probes.roundTripNanos(new byte[0], 350)).isEqualTo(-1);
  }

  /** A relay that was stopped hands it over when it goes on. */
  @Test
  void anEchoByAPathThatWasLeftDoesNotCount() {
    byte[] probe = probes.next(100);
    probes.forget();
    assertThat(probes.roundTripNanos(echo(probe), 900_000_000)).isEqualTo(-1);
  }

  @Test
  void echoesMayOvertakeEachOther() {
    List<byte[]> sent = new ArrayList<>();
    for (int i = 0; i < PathWatch.PROBES_MAX; i++) {
      sent.add(probes.next(i));
    }
    for (int i = PathWatch.PROBES_MAX - 1; i >= 0; i--) {
      assertThat(probes.roundTripNanos(echo(sent.get(i)), 100)).isEqualTo(100 - i);
    }
  }

  @Test
  void anOldProbeIsForgottenAndNoMemoryGrows() {
    byte[] old = probes.next(1);
    for (int i = 0; i < 16; i++) {
      probes.next(2);
    }
    assertThat(probes.roundTripNanos(echo(old), 3)).isEqualTo(-1);
  }
}
