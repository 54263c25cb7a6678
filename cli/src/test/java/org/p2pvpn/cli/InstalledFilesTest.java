package org.p2pvpn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.p2pvpn.overlay.node.config.ConfigFile;
import org.p2pvpn.overlay.node.config.Setting;

/** The files beside the code: unit, example, launcher, wrapper. */
class InstalledFilesTest {
  private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  void theUnitIsWhatSystemdExpects() throws Exception {
    Program.needs("systemd-analyze");
    String unit = Files.readString(TOP.resolve("systemd/p2pvpn.service"));
    Path copy = folder.resolve("p2pvpn.service");
    // Not installed here, and that is all verify would have to say.
    Files.writeString(copy, unit.replace("/usr/bin/p2pvpn", "/bin/true"));
    assertThat(Program.run(Map.of(), "systemd-analyze", "verify", copy.toString()))
        .isEqualTo(new Program(0, ""));
  }

  @Test
  void theExampleIsValidAsItIsAndWithEverythingTurnedOn() throws IOException {
    Path example = TOP.resolve("systemd/p2pvpn.toml.example");
    String text = Files.readString(example);
    assertThat(ConfigFile.parse(example, text).values()).isEmpty();
    String turnedOn =
        text.lines()
            .map(line -> line.matches("#[a-z_]+ = .*|#\\[\\[.*") ? line.substring(1) : line)
            .collect(Collectors.joining("\n"));
    ConfigFile file = ConfigFile.parse(example, turnedOn);
    assertThat(file.values().keySet()).containsExactly(Setting.values());
    assertThat(file.peers()).hasSize(1);
    assertThat(file.routes()).hasSize(1);
  }

  @Test
  void theLauncherSaysWhenNothingIsBuilt() throws Exception {
    Path script = Files.copy(TOP.resolve("p2pvpn"), folder.resolve("p2pvpn"));
    Files.createDirectories(folder.resolve("cli"));
    Files.createFile(folder.resolve("cli/pom.xml"));
    assertThat(Program.run(Map.of(), "sh", script.toString(), "status"))
        .isEqualTo(new Program(69, "p2pvpn: not built; build it first: ./mvnw -q package\n"));
  }

  @Test
  void theWrapperSaysWhenMavenIsMissing() throws Exception {
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool : new String[] {"dirname", "readlink", "sed", "sort", "head"}) {
      Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin/" + tool));
    }
    String wrapper = TOP.resolve("mvnw").toString();
    assertThat(Program.run(Map.of("PATH", bin.toString()), "/bin/sh", wrapper, "-v"))
        .isEqualTo(new Program(69, "mvnw: Maven is not installed; try: apt-get install maven\n"));
  }
}
