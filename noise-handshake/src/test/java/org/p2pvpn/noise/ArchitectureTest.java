package org.p2pvpn.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules package-info.java states, over the sources. */
final class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java/org/p2pvpn/noise");

  private static List<Path> filesOutside(String folder, String... words) throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> folder.isEmpty() || !file.startsWith(SOURCES.resolve(folder)))
          .filter(file -> mentions(file, words))
          .toList();
    }
  }

  private static boolean mentions(Path file, String... words) {
    try {
      String text = Files.readString(file);
      return Stream.of(words).anyMatch(text::contains);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void namesTheLibrariesInTheSuitePackageOnly() throws IOException {
    assertThat(filesOutside("suite", "com.southernstorm", "org.bouncycastle")).isEmpty();
  }

  @Test
  void hasNoSocketClockOrThread() throws IOException {
    assertThat(
            filesOutside(
                "",
                "java.net.",
                "nanoTime",
                "currentTimeMillis",
                "java.time.Clock",
                "Instant.now",
                "new Thread",
                "Executor"))
        .isEmpty();
  }

  @Test
  void keepsBouncyCastlesProviderOut() throws IOException {
    assertThat(filesOutside("", "BouncyCastleProvider", "Security.addProvider")).isEmpty();
  }
}
