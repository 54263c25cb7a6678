package org.p2pvpn.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SmallParsersTest {
  @Test
  void readsWhatTheDaemonWrites() {
    assertThat(FlatJson.parse("{\"event\":{\"exit\":4,\"note\":\"a \\\"b\\\" \\u00e9\\n\"}}"))
        .containsEntry("event.exit", "4")
        .containsEntry("event.note", "a \"b\" é\n");
    assertThat(FlatJson.parse("{}")).isEmpty();
  }

  @Test
  void quotesAsJacksonReads() {
    String odd = "a\"\\\n\u0001é😀";
    assertThat(JsonMapper.builder().build().readTree(FlatJson.quote(odd)).stringValue())
        .isEqualTo(odd);
  }

  @FuzzTest(maxDuration = "5s")
  void refusesNonsenseWithOneKindOfException(@NotNull String line) {
    try {
      FlatJson.parse(line);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).startsWith("no answer of a daemon of ours");
    }
  }

  @Test
  void readsDurations() {
    assertThat(Durations.parse("250ms")).isEqualTo(Duration.ofMillis(250));
    assertThat(Durations.parse("30")).isEqualTo(Duration.ofSeconds(30));
    assertThat(Durations.parse("7d")).isEqualTo(Duration.ofDays(7));
    for (String wrong : List.of("", "s", "1y", "-1s", "1234567s", "1 s")) {
      assertThatThrownBy(() -> Durations.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("expected a duration");
    }
  }

  @Test
  void theQrCodeIsTheInvite() throws Exception {
    String invite = "p2pvpn://" + "A".repeat(91) + "@192.0.2.1:28790?token=" + "B".repeat(22);
    List<String> rows = QrText.of(invite, true, false).lines().toList();
    // Two quiet modules on each side; the first column of the code is the third.
    int size = rows.getFirst().length() - 4;
    BitMatrix modules = new BitMatrix(size);
    for (int y = 0; y < size; y++) {
      String row = rows.get((y + 2) / 2);
      for (int x = 0; x < size; x++) {
        char cell = row.charAt(x + 2);
        boolean light = cell == '█' || cell == (y % 2 == 0 ? '▀' : '▄');
        if (!light) {
          modules.set(x, y);
        }
      }
    }
    assertThat(new Decoder().decode(modules).getText()).isEqualTo(invite);
  }
}
