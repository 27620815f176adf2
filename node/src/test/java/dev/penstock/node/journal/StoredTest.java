package dev.penstock.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Failure;
import dev.penstock.node.JobId;
import dev.penstock.node.JobState;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lies in files has to be read by later builds. */
class StoredTest {
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00.123456789Z");

  @Test
  void states_lieAsTheyAlwaysDid() {
    lies(
        new JobState.Waiting(List.of(new JobId("0".repeat(26)))),
        "{'kind':'Waiting','on':[{'value':'00000000000000000000000000'}]}");
    lies(new JobState.Queued(), "{'kind':'Queued'}");
    lies(
        new JobState.Running(1, "w", List.of("g"), TIME),
        "{'kind':'Running','attempt':1,'worker':'w','gpus':['g'],"
            + "'since':'2026-03-01T12:00:00.123456789Z'}");
    lies(
        new JobState.Backoff(2, TIME, Asked.FAILURE),
        "{'kind':'Backoff','attempts':2,'until':'2026-03-01T12:00:00.123456789Z','last':"
            + "{'kind':'DeviceLost','diagnosis':{'subject':'gpu','stage':'ENCODE','problem':'lost',"
            + "'likelyCause':'Xid 79','nextStep':'wait'}}}");
    lies(
        new JobState.Cancelling(1, "w", List.of(), "me"),
        "{'kind':'Cancelling','attempt':1,'worker':'w','gpus':[],'by':'me'}");
    lies(new JobState.Done(), "{'kind':'Done'}");
    lies(new JobState.Cancelled("me"), "{'kind':'Cancelled','by':'me'}");
  }

  private static void lies(JobState state, String text) {
    assertThat(Stored.state(state)).isEqualTo(text.replace('\'', '"'));
    assertThat(Stored.state(text.replace('\'', '"'))).isEqualTo(state);
  }

  @Test
  void wrongOutputWithAReportOfAnotherBuild_keepsItsDiagnosis() {
    String text =
        Stored.state(new JobState.Failed(Asked.FAILURE))
            .replace("\"DeviceLost\",", "\"WrongOutput\",\"report\":\"{\\\"tracks\\\":17}\",");
    assertThat(Stored.state(text))
        .isEqualTo(new JobState.Failed(new Failure.Bug(Asked.FAILURE.diagnosis())));
  }

  @Test
  void whatIsNotKnown_isLeftOut() {
    assertThat(Stored.state("{\"kind\":\"Cancelled\",\"by\":\"me\",\"why\":\"tired\"}"))
        .isEqualTo(new JobState.Cancelled("me"));
  }
}
