package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  @TempDir Path root;

  private String create(String name, Role role, Optional<String> tenant) {
    return Tokens.create(root.resolve("tokens"), name, role, tenant, new SecureRandom());
  }

  @Test
  void aToken_isKeptAsItsHash() throws Exception {
    String token = create("vera", Role.VIEWER, Optional.of("acme"));
    Path file = root.resolve("tokens");
    assertThat(Files.readString(file)).doesNotContain(token).startsWith("vera viewer acme ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Tokens tokens = Tokens.open(file);
    assertThat(tokens.find(token))
        .contains(new Principal("vera", Role.VIEWER, Optional.of("acme")));
    assertThat(tokens.find(token + "x")).isEmpty();
    assertThat(tokens.find("")).isEmpty();
  }

  @Test
  void theFile_isReadAgain() throws Exception {
    String first = create("a", Role.ADMIN, Optional.empty());
    Path file = root.resolve("tokens");
    Tokens tokens = Tokens.open(file);
    String second = create("b", Role.OPERATOR, Optional.of("acme"));
    assertThat(tokens.find(second)).isPresent();
    Files.writeString(file, "nonsense");
    assertThat(tokens.find(first)).isPresent();
    Files.delete(file);
    assertThat(tokens.find(first)).isEmpty();
  }

  @Test
  void names_areTakenOnce() {
    create("a", Role.ADMIN, Optional.empty());
    assertThatThrownBy(() -> create("a", Role.ADMIN, Optional.empty()))
        .hasMessageContaining("is there already");
    assertThatThrownBy(() -> create("a b", Role.ADMIN, Optional.empty()))
        .hasMessageContaining("cannot be made");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a root * 00", "a admin *", "a viewer * HASH", "a admin Acme HASH", "x"})
  void mistakes_areRefused(String line) throws Exception {
    Files.writeString(root.resolve("tokens"), line.replace("HASH", "0".repeat(64)));
    assertThatThrownBy(() -> Tokens.open(root.resolve("tokens")))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("tokens:1");
  }

  @Test
  void aFileThatOthersMayWrite_isNotTrusted() throws Exception {
    create("a", Role.ADMIN, Optional.empty());
    Files.setPosixFilePermissions(
        root.resolve("tokens"), PosixFilePermissions.fromString("rw-rw----"));
    assertThatThrownBy(() -> Tokens.open(root.resolve("tokens")))
        .hasMessageContaining("others may write");
  }
}
