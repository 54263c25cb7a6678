package org.p2pvpn.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.p2pvpn.tun.TunException;

class LinuxTunTest {
  @Test
  void namesANameThatIsTooLong() {
    assertThatThrownBy(() -> LinuxTun.open("a-name-of-16-byt", 1400, 1))
        .isInstanceOf(TunException.class)
        .hasMessageContaining("1-15 bytes")
        .hasMessageContaining("16");
  }

  @Test
  void tellsWhatToDoAboutEachLikelyError() {
    assertThat(Errno.describe(1)).isEqualTo("EPERM (errno 1)");
    assertThat(Errno.wayOut(Errno.EPERM)).contains("CAP_NET_ADMIN");
    assertThat(Errno.wayOut(Errno.ENOENT)).contains("modprobe tun").contains("mknod");
    assertThat(Errno.wayOut(Errno.EBUSY)).contains("in use by another daemon");
  }
}
