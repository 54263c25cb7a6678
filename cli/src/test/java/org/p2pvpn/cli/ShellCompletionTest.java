package org.p2pvpn.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the shells themselves make of the scripts. */
@Timeout(60)
final class ShellCompletionTest {
  @TempDir private Path folder;

  private Path script(String shell) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Cli cli = new Cli(Console.ofTest(out, out, Map.of()), FakeRuntime::new);
    assertThat(cli.run("completion", shell)).isZero();
    return Files.write(folder.resolve("completion." + shell), bytes.toByteArray());
  }

  private String ask(String shell, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("timeout", "50", shell));
    command.addAll(List.of(arguments));
    Map<String, String> environment =
        Map.of("HOME", folder.toString(), "LC_ALL", "C.UTF-8", "TERM", "dumb");
    Program answer = Program.run(environment, command.toArray(String[]::new));
    assertThat(answer.exit()).as(answer.output()).isZero();
    return answer.output();
  }

  /** Its words, as completion would offer them, one a line. */
  private String bash(String... words) throws Exception {
    Program.needs("bash");
    String line = String.join(" ", words);
    return ask(
        "bash",
        "--norc",
        "-c",
        "compopt() { :; }; source %s; COMP_WORDS=(%s); COMP_CWORD=%d; COMP_LINE='%s'; _complete_p2pvpn; printf '%%s\\n' \"${COMPREPLY[@]}\""
            .formatted(script("bash"), line, words.length - 1, line));
  }

  private String fish(String line) throws Exception {
    Program.needs("fish");
    return ask(
        "fish", "--no-config", "-c", "source %s; complete -C '%s'".formatted(script("fish"), line));
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assertThat(bash("p2pvpn", "stat").strip()).isEqualTo("status");
    assertThat(bash("p2pvpn", "up", "--allow").strip()).isEqualTo("--allow-lan");
    assertThat(bash("p2pvpn", "config", "ch").strip()).isEqualTo("check");
  }

  @Test
  void zshTakesBashsScriptAndCompletesALineThatIsTyped() throws Exception {
    Program.needs("zsh");
    String typed =
        """
        zmodload zsh/zpty
        zpty typist zsh -f -i
        zpty -w typist "PS1='READY''> '; autoload -U compinit; compinit -u -D; source %s"
        await() {
          seen=
          repeat 400; do
            zpty -r -t typist part && seen+=$part
            [[ $seen == $~1 ]] && break
            sleep 0.05
          done
        }
        await '*READY> *'
        zpty -w -n typist $'p2pvpn stat\t'
        await '*stat*us*'
        zpty -d typist
        print -r -- "$seen"
        """
            .formatted(script("zsh"));
    assertThat(ask("zsh", "-f", "-c", typed)).containsPattern("(?s)stat.*us");
  }

  @Test
  void fishCompletesCommandsAndOptions() throws Exception {
    assertThat(fish("p2pvpn stat")).isEqualTo("status\tShows how the node is\n");
    assertThat(fish("p2pvpn up --allow")).startsWith("--allow-lan\t").hasLineCount(1);
    assertThat(fish("p2pvpn ")).contains("up\t").contains("lab\t").doesNotContain("rehearse");
    assertThat(fish("p2pvpn config ch")).startsWith("check\t").hasLineCount(1);
    assertThat(fish("p2pvpn config check --sta")).startsWith("--state\t").hasLineCount(1);
  }

  @Test
  void fishOffersFilesOnlyWhereOneIsExpected() throws Exception {
    Files.createFile(folder.resolve("settings.toml"));
    assertThat(fish("p2pvpn status " + folder + "/set")).isEmpty();
    assertThat(fish("p2pvpn status --config " + folder + "/set")).contains("settings.toml");
    assertThat(fish("p2pvpn completion z")).isEqualTo("zsh\n");
  }
}
