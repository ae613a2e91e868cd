# The real worker on a test's link: `build/gmshoot worker` beside the nginx of
# Gmshoot.pm.
#
#     my $t = Gmshoot->new(ranges => '...');
#     my $w = Gmshoot::Real->new($t);
#     $t->start;
#     $w->ready('lane1');
package Gmshoot::Real;

use strict;
use warnings;

use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(time sleep);

# arguments: more words for the worker's command line.
sub new {
    my ($class, $t, @more) = @_;

    plan(skip_all => 'no gmshoot, run make') if !-x "$Gmshoot::build/gmshoot";

    my $self = bless { t => $t, more => \@more, log => "$t->{dir}/worker.log" },
        $class;
    $self->start;

    return $self;
}

sub start {
    my ($self) = @_;

    my $t = $self->{t};
    $self->{pid} = $t->spawn($self->{log}, "$Gmshoot::build/gmshoot",
        'worker', '--state', "$t->{dir}/state", '--link',
        "$t->{dir}/link.sock", @{ $self->{more} });

    return $self;
}

# The lane's state document, or {}.
sub state {
    my ($self, $lane) = @_;
    return $self->{t}->get_json("/api/lanes/$lane");
}

# Waits until the lane sees its target and looks for holes.
sub ready {
    my ($self, $lane) = @_;

    return $self->{t}->wait_for(sub {
        my $state = $self->state($lane);
        return $state->{calibration}
            && $state->{calibration}{origin} ne 'none'
            && $state->{detector}{state} eq 'live' ? $state : undef;
    }, "$lane to be ready", 20);
}

# Waits until the archive has all that the lanes wrote up to now, while they
# write no more.
sub kept {
    my ($self) = @_;

    return $self->{t}->wait_for(sub {
        my $archive = $self->{t}->get_json('/api/system')->{archive};
        return $archive && $archive->{behind} == 0;
    }, 'the archive', 10);
}

# The pid of the process that carries the lane, as its state says.
sub lane_pid {
    my ($self, $lane) = @_;
    my $state = $self->state($lane);
    return $state->{process} ? $state->{process}{pid} : 0;
}

sub log_text {
    my ($self) = @_;
    return Gmshoot::slurp($self->{log});
}

# Fails on a warning or an error that its log holds more than so often.
sub is_terse {
    my ($self, $most) = @_;

    local $Test::Builder::Level = $Test::Builder::Level + 1;
    my %line;
    $line{$_}++ for grep { s/"ts":"[^"]*"// && /"level":"(?:warn|error)"/ }
        split(/\n/, $self->log_text);
    return is(join("\n", grep { $line{$_} > $most } sort keys %line), '',
              'the log says nothing again and again');
}

sub kill9 {
    my ($self) = @_;

    my $pid = delete $self->{pid} or return;
    kill('KILL', $pid);
    waitpid($pid, 0);
    return;
}

# SIGTERM; seconds it took to leave, undef when it had to be killed.
sub stop {
    my ($self) = @_;

    my $pid = delete $self->{pid} or return;
    my $began = time;

    kill('TERM', $pid);
    while (time - $began < 8) {
        return time - $began if waitpid($pid, WNOHANG) == $pid;
        sleep(0.01);
    }
    kill('KILL', $pid);
    waitpid($pid, 0);
    return;
}

# Ends it, and fails on whatever must not stand in its log.
sub finish {
    my ($self) = @_;

    ok(defined $self->stop, 'the worker leaves when it is asked to')
        if $self->{pid};

    my @bad = grep { /"level":"alert"|Sanitizer|runtime error/ }
        split(/\n/, $self->log_text);
    is(join("\n", @bad), '', "nothing alarming in the worker's log");
    diag($self->log_text) if $ENV{GMS_LOG};
    return;
}

sub DESTROY {
    my ($self) = @_;

    local ($?, $!, $@);
    $self->kill9;
    return;
}

1;
