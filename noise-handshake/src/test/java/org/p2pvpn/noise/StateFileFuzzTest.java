package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;

/** What is on disk may be anything after a crash. */
final class StateFileFuzzTest {
  @FuzzTest(maxDuration = "60s")
  void identityIsWholeOrRefused(byte[] content) {
    try {
      byte[] seed = IdentityFile.decode(Path.of("identity"), content);
      assertThat(IdentityFile.encode(seed)).isEqualTo(content);
    } catch (IdentityException e) {
      assertThat(e).hasMessageStartingWith("identity: ");
    }
  }

  @FuzzTest(maxDuration = "60s")
  void timestampsAreWholeOrNone(byte[] content) {
    TimestampFile.Content decoded = TimestampFile.decode(content);
    if (decoded != null) {
      assertThat(decoded.greatest()).hasSizeLessThanOrEqualTo(content.length / 40);
    }
  }
}
