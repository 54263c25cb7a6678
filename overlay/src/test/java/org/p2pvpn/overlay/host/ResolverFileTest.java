package org.p2pvpn.overlay.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolverFileTest {
  @TempDir Path folder;
  private Path file;
  private HostChange.Resolver resolver;

  @BeforeEach
  void aResolver() {
    file = folder.resolve("resolv.conf");
    resolver = new HostChange.Resolver("t", List.of("248.0.0.1"), file, false);
  }

  @Test
  void aFileComesBackWithContentModeAndTime() throws IOException {
    Files.write(file, new byte[] {'a', 0, (byte) 0xff, '\n'});
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Map<String, String> before = ResolverFile.capture(file);
    ResolverFile.swap(resolver);
    assertThat(file).content().contains("nameserver 248.0.0.1");
    assertThat(ResolverFile.restore(resolver, before)).isNull();
    assertThat(ResolverFile.capture(file)).isEqualTo(before);
    assertThat(folder).isDirectoryNotContaining("glob:**.p2pvpn");
  }

  @Test
  void aSymlinkComesBackAsALinkAndItsTargetIsNeverWritten() throws IOException {
    Path target = Files.writeString(folder.resolve("stub"), "nameserver 127.0.0.53\n");
    Files.createSymbolicLink(file, Path.of("stub"));
    Map<String, String> before = ResolverFile.capture(file);
    ResolverFile.swap(resolver);
    assertThat(target).hasContent("nameserver 127.0.0.53\n");
    assertThat(ResolverFile.restore(resolver, before)).isNull();
    assertThat(Files.readSymbolicLink(file)).isEqualTo(Path.of("stub"));
  }

  @Test
  void aMissingFileIsMissingAgain() throws IOException {
    Map<String, String> before = ResolverFile.capture(file);
    ResolverFile.swap(resolver);
    assertThat(ResolverFile.restore(resolver, before)).isNull();
    assertThat(file).doesNotExist();
  }

  @Test
  void aFileSomebodyElseWroteMeanwhileIsLeftAndSaid() throws IOException {
    Files.writeString(file, "nameserver 192.0.2.1\n");
    Map<String, String> before = ResolverFile.capture(file);
    ResolverFile.swap(resolver);
    Files.writeString(file, "nameserver 192.0.2.2\n");
    assertThat(ResolverFile.restore(resolver, before)).contains("somebody else changed it");
    assertThat(file).hasContent("nameserver 192.0.2.2\n");
  }

  @Test
  void undoingASwapThatNeverHappenedChangesNothing() throws IOException {
    Files.writeString(file, "nameserver 192.0.2.1\n");
    Map<String, String> before = ResolverFile.capture(file);
    assertThat(ResolverFile.restore(resolver, before)).isNull();
    assertThat(ResolverFile.capture(file)).isEqualTo(before);
  }

  @Test
  void aRestoreKilledBetweenContentAndTimeIsFinished() throws IOException {
    Files.writeString(file, "nameserver 192.0.2.1\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Map<String, String> before = ResolverFile.capture(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    assertThat(ResolverFile.restore(resolver, before)).isNull();
    assertThat(ResolverFile.capture(file)).isEqualTo(before);
  }

  @Test
  void aSwapKilledBeforeTheRenameLeavesNoFileBeside() throws IOException {
    Files.writeString(file, "nameserver 192.0.2.1\n");
    Map<String, String> before = ResolverFile.capture(file);
    Files.writeString(folder.resolve(".resolv.conf.p2pvpn"), "nameserver 248.0.0.1\n");
    assertThat(ResolverFile.restore(resolver, before)).isNull();
    assertThat(folder).isDirectoryNotContaining("glob:**.p2pvpn");
  }
}
