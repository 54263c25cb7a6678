package org.p2pvpn.overlay.discovery.advert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CountryFromFileTest {
  @TempDir Path folder;

  @Test
  void tellsTheCountryOrThatItDoesNotKnow() throws IOException {
    try (CountryFromFile countries = CountryFromFile.open(TestCountryFile.in(folder))) {
      assertThat(countries.of(InetAddress.ofLiteral("20.1.2.3"))).isEqualTo("SE");
      assertThat(countries.of(InetAddress.ofLiteral("200.1.2.3"))).isNull();
      assertThat(countries.of(InetAddress.ofLiteral("2a01::1"))).isNull();
    }
  }

  @Test
  void namesAFileThatItCannotRead() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "hello");
    assertThatThrownBy(() -> CountryFromFile.open(other))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(other + ": cannot read as a country file");
    assertThatThrownBy(() -> CountryFromFile.open(folder.resolve("none")))
        .hasMessageContaining("none: cannot read");
  }
}
