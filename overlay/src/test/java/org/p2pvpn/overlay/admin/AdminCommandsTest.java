package org.p2pvpn.overlay.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdminCommandsTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private final FakeNode node = new FakeNode();
  private final AdminCommands commands = new AdminCommands(node);

  private String answer(String command, String arguments, Access access) {
    String line =
        "{\"schema\":1,\"command\":\"%s\",\"arguments\":%s}".formatted(command, arguments);
    return commands.answer(line.getBytes(StandardCharsets.UTF_8), access);
  }

  private static JsonNode last(String answer) {
    return MAPPER.readTree(answer.lines().toList().getLast());
  }

  @Test
  void statusIsTheReportWithItsSchema() {
    JsonNode result = last(answer("status", "{}", Access.READ)).path("result");
    assertThat(result.path("schema").intValue()).isEqualTo(1);
    assertThat(result.path("peers").path(0).path("name").stringValue()).isEqualTo("bob");
    assertThat(result.path("counters").path("sent").intValue()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"up,0", "connecting,4", "blocked,4", "degraded,5"})
  void statusTellsTheExitCodeOfCheck(String state, int exit) {
    node.state = state;
    assertThat(answer("status", "{}", Access.READ)).contains("\"exit\":" + exit);
  }

  @Test
  void textHasNoEscapeOfAPeersChoosingAndColourOnlyWhenAsked() {
    String plain = answer("status", "{\"format\":\"text\"}", Access.READ);
    assertThat(plain).contains("a ?[31mred").doesNotContain("\u001b");
    assertThat(last(plain).path("result").stringValue())
        .contains("1.23 MB")
        .doesNotContain("\u001b");
    String painted = answer("status", "{\"format\":\"text\",\"color\":true}", Access.READ);
    assertThat(last(painted).path("result").stringValue()).contains("\u001b[32mup\u001b[0m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"invite", "ping", "down"})
  void whoMayOnlyLookMayNotChange(String command) {
    JsonNode error = last(answer(command, "{\"node\":\"bob\"}", Access.READ)).path("error");
    assertThat(error.path("exit").intValue()).isEqualTo(77);
    assertThat(error.path("next").stringValue()).isEqualTo("sudo p2pvpn " + command);
    assertThat(node.stopped).isFalse();
  }

  @Test
  void downStopsTheNode() {
    assertThat(last(answer("down", "{}", Access.CHANGE)).has("result")).isTrue();
    assertThat(node.stopped).isTrue();
  }

  @Test
  void inviteCarriesItsLimits() {
    String arguments = "{\"life_seconds\":60,\"reusable\":true}";
    JsonNode result = last(answer("invite", arguments, Access.CHANGE)).path("result");
    assertThat(result.path("invite").stringValue()).endsWith("60true");
  }

  @Test
  void ourMistakeIsOneLineWithoutATrace() {
    node.broken = true;
    assertThat(answer("status", "{}", Access.READ))
        .isEqualTo(
            "{\"error\":{\"exit\":1,\"message\":\"internal error: IllegalStateException\",\"next\":\"\"}}\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          nonsense                                   | request: not a JSON line
          []                                         | request: expected a JSON object
          {"schema":2,"command":"status"}            | request: expected schema 1; the daemon and p2pvpn are of different versions
          {"schema":1}                               | request: expected a command
          {"schema":1,"command":"rm"}                | request: unknown command
          {"schema":1,"command":"status","arguments":3} | request: expected arguments to be an object
          {"schema":1,"command":"invite","arguments":{"life_seconds":0}} | life_seconds: expected 1 to 2592000, found 0
          {"schema":1,"command":"invite","arguments":{"life_seconds":"x"}} | life_seconds: expected a whole number
          {"schema":1,"command":"invite","arguments":{"reusable":1}} | reusable: expected true or false
          {"schema":1,"command":"ping","arguments":{}} | node: expected a peer's name
          {"schema":1,"command":"ping","arguments":{"node":"x"}} | no peer is called x
          {"schema":1,"command":"ping","arguments":{"hop":6}} | hop: expected 0 to 5, found 6
          {"schema":1,"command":"ping","arguments":{"hop":2}} | no exit is in use
          {"schema":1,"command":"trace"} | no exit is in use
          {"schema":1,"command":"circuit-set","arguments":{"path":"a,,b"}} | path: expected names with commas between
          {"schema":1,"command":"circuit-set","arguments":{"path":"a,b"}} | no exit is in use
          """)
  void nonsenseIsNamed(String line, String expected) {
    String answer = commands.answer(line.getBytes(StandardCharsets.UTF_8), Access.CHANGE);
    assertThat(last(answer).path("error").path("message").stringValue()).contains(expected);
  }

  @FuzzTest(maxDuration = "5s")
  void everyLineHasExactlyOneAnswer(byte @NotNull [] line) {
    String answer = commands.answer(line, Access.READ);
    assertThat(answer).endsWith("}\n");
    assertThat(last(answer).has("result") || last(answer).has("error")).isTrue();
  }
}
