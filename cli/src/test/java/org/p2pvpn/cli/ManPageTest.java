package org.p2pvpn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;

final class ManPageTest {
  private static final String[] SECTIONS = {
    "NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "EXAMPLES", "FILES", "SEE ALSO"
  };

  @TempDir private Path folder;

  private static Cli cli() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new Cli(Console.ofTest(nowhere, nowhere, Map.of()), FakeRuntime::new);
  }

  static Stream<CommandSpec> everyCommand() {
    return withAllBelow(cli().commandLine().getCommandSpec());
  }

  private static Stream<CommandSpec> withAllBelow(CommandSpec command) {
    return Stream.concat(
        Stream.of(command),
        HelpText.subcommands(command).stream().flatMap(ManPageTest::withAllBelow));
  }

  private List<Path> writeAll() throws Exception {
    assertThat(cli().run("man", "--write", folder.toString())).isZero();
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void hasEverySectionWithSomethingInIt(CommandSpec command) {
    String page = ManPage.of(command);
    for (String section : SECTIONS) {
      assertThat(page).as(section).containsPattern("\\n\\.SH " + section + "\\n(?!\\.SH)");
    }
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void hasEveryOptionAndEveryExample(CommandSpec command) {
    String page = ManPage.of(command);
    assertThat(HelpText.options(command)).isNotEmpty();
    HelpText.options(command)
        .forEach(option -> assertThat(page).contains(option.longestName().replace("-", "\\-")));
    assertThat(HelpText.of(command).examples()).isNotEmpty();
    assertThat(page).contains(".EX\n").contains("\n.EE\n").doesNotContain("detached");
  }

  @Test
  void everyCommandHasItsFile() throws Exception {
    assertThat(writeAll().stream().map(file -> String.valueOf(file.getFileName())))
        .containsExactlyInAnyOrderElementsOf(
            everyCommand().map(command -> ManPage.name(command) + ".1").toList())
        .contains("p2pvpn.1", "p2pvpn-up.1", "p2pvpn-config-check.1");
  }

  @Test
  void mandocFindsNothingToSay() throws Exception {
    Program.needs("mandoc");
    for (Path page : writeAll()) {
      // The pages it refers to are not installed here.
      Program lint = Program.run(Map.of(), "mandoc", "-T", "lint", "-W", "warning", "" + page);
      assertThat(lint).isEqualTo(new Program(0, ""));
    }
  }

  @Test
  void manShowsThemWithoutAWarning() throws Exception {
    Program.needs("man");
    for (Path page : writeAll()) {
      Program man =
          Program.run(
              Map.of("LC_ALL", "C.UTF-8", "MANWIDTH", "80"),
              "sh",
              "-c",
              "exec man --warnings -E UTF-8 -l -Tutf8 -Z " + page + " >/dev/null");
      assertThat(man).isEqualTo(new Program(0, ""));
    }
  }

  @Test
  void whatIsCopiedFromAPageIsWhatWasMeant() {
    CommandSpec up =
        everyCommand().filter(command -> command.name().equals("up")).findFirst().orElseThrow();
    String page = ManPage.of(up);
    assertThat(page)
        .contains("sudo p2pvpn up \\(aqp2pvpn://...\\(aq")
        .contains("up \\-\\-exit bob \\-\\-dry\\-run");
  }
}
