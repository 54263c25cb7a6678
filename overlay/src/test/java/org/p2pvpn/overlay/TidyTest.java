package org.p2pvpn.overlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house style's walls, over every module's sources, tests included. */
final class TidyTest {
  private static final int FILE_LINES_MAX = 400;
  private static final int METHOD_LINES_MAX = 70;

  /** {@code TODO(#12)} is fine, a wish without an issue is not. */
  private static final Pattern WISH =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b(?!\\(#\\d+\\))");

  private static final Pattern DESERIALIZER = Pattern.compile("\\bObjectInput" + "Stream\\b");

  /** A type, whose body is no method's. */
  private static final Pattern TYPE =
      Pattern.compile("(^|\\s)(class|interface|enum|record|@interface)\\s+\\w+");

  /**
   * A body that is expected at a member's place: what stands before it ends with a parameter list.
   */
  private static final Pattern METHOD =
      Pattern.compile("\\)(\\s*throws\\s+[\\w.,\\s]+)?\\s*$", Pattern.DOTALL);

  private static final Map<Path, String> SOURCES = sources();

  @Test
  void filesStayBelowTheWall() {
    assertThat(where((_, text) -> text.lines().count() > FILE_LINES_MAX)).isEmpty();
  }

  @Test
  void methodsStayBelowTheWall() {
    List<String> tooLong = new ArrayList<>();
    SOURCES.forEach(
        (file, text) ->
            longMethods(withoutLiterals(text)).forEach(at -> tooLong.add(file + ":" + at)));
    assertThat(tooLong).isEmpty();
  }

  @Test
  void wishesNameTheirIssue() {
    assertThat(where((_, text) -> WISH.matcher(text).find())).isEmpty();
  }

  @Test
  void nothingDeserializesObjects() {
    assertThat(where((_, text) -> DESERIALIZER.matcher(text).find())).isEmpty();
  }

  @Test
  void everyPackageIsNullMarked() {
    Map<String, Boolean> marked = new TreeMap<>();
    SOURCES.forEach(
        (file, text) -> {
          String javaPackage = "package " + packageOf(text);
          boolean marks = file.endsWith("package-info.java") && text.contains("@NullMarked");
          marked.merge(javaPackage, marks, Boolean::logicalOr);
        });
    assertThat(marked).isNotEmpty().allSatisfy((_, marks) -> assertThat(marks).isTrue());
  }

  /** The counter must count: a method of 71 lines, and one of 70. */
  @Test
  void aMethodOneLineTooLongIsSeen() {
    String fits = "class A {\n  void a() {\n" + "    b();\n".repeat(68) + "  }\n}\n";
    String tooLong = "class A {\n  void a() {\n" + "    b();\n".repeat(69) + "  }\n}\n";
    assertThat(longMethods(fits)).isEmpty();
    assertThat(longMethods(tooLong)).containsExactly(2);
  }

  private interface Rule {
    boolean isBroken(Path file, String text);
  }

  private static List<Path> where(Rule rule) {
    return SOURCES.entrySet().stream()
        .filter(source -> rule.isBroken(source.getKey(), source.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Lines on which methods begin that are longer than the wall; braces are counted, no more. */
  private static List<Integer> longMethods(String text) {
    List<Integer> found = new ArrayList<>();
    int line = 1;
    int depth = 0;
    int methodDepth = -1;
    int methodLine = 0;
    int declarationAt = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\n') {
        line++;
      } else if (c == '{') {
        String declaration = text.substring(declarationAt, at);
        if (methodDepth < 0
            && METHOD.matcher(declaration).find()
            && !TYPE.matcher(declaration).find()) {
          methodDepth = depth;
          methodLine = line;
        }
        depth++;
      } else if (c == '}') {
        depth--;
        if (depth == methodDepth) {
          methodDepth = -1;
          if (line - methodLine + 1 > METHOD_LINES_MAX) {
            found.add(methodLine);
          }
        }
      }
      if (c == '{' || c == '}' || c == ';') {
        declarationAt = at + 1;
      }
    }
    return found;
  }

  /** Comments and literals may hold braces; their lines stay. */
  private static String withoutLiterals(String text) {
    return Pattern.compile(
            "\"\"\"[\\s\\S]*?\"\"\"|\"(\\\\.|[^\"\\\\\\n])*+\"|'(\\\\.|[^'\\\\\\n])++'"
                + "|//[^\\n]*|/\\*[\\s\\S]*?\\*/")
        .matcher(text)
        .replaceAll(
            match -> "\n".repeat((int) match.group().chars().filter(c -> c == '\n').count()));
  }

  private static String packageOf(String text) {
    var matcher = Pattern.compile("(?m)^package ([\\w.]+);").matcher(text);
    return matcher.find() ? matcher.group(1) : "(none)";
  }

  private static Map<Path, String> sources() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("mvnw"))) {
      Path parent = root.getParent();
      if (parent == null) {
        throw new IllegalStateException("run inside the repository");
      }
      root = parent;
    }
    Path top = root;
    try (Stream<Path> files = Files.walk(top)) {
      Map<Path, String> sources = new TreeMap<>();
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !top.relativize(file).toString().matches("(.*/)?target/.*"))
          .forEach(file -> sources.put(top.relativize(file), read(file)));
      return sources;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
