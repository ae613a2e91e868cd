# The fake worker (t/lib/fake_worker.c) as a child that takes lines.
package Gmshoot::Worker;

use strict;
use warnings;

use IO::Handle;
use IO::Select;
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(time);

sub new {
    my ($class, $program, $socket) = @_;

    my $self = bless { program => $program, socket => $socket, text => '' },
        $class;
    return $self->run;
}

sub run {
    my ($self) = @_;

    pipe(my $in, my $to) or die "pipe: $!";
    pipe(my $from, my $out) or die "pipe: $!";

    my $pid = fork();
    die "fork: $!" if !defined $pid;
    if (!$pid) {
        close($to);
        close($from);
        open(STDIN, '<&', $in) or die $!;
        open(STDOUT, '>&', $out) or die $!;
        exec($self->{program}, $self->{socket}) or die "exec: $!";
    }

    close($in);
    close($out);
    $to->autoflush(1);
    @$self{qw(pid to from)} = ($pid, $to, $from);
    $self->expect(qr/^listening/) or die 'the fake worker does not listen';
    return $self;
}

# The next line that matches, passing over others; undef: not in time.
sub expect {
    my ($self, $what, $timeout) = @_;

    my $until = time + (defined $timeout ? $timeout : 5);

    while (1) {
        while ($self->{text} =~ s/^([^\n]*)\n//) {
            my $line = $1;
            return $line if $line =~ $what;
        }
        my $left = $until - time;
        return if $left <= 0;
        IO::Select->new($self->{from})->can_read($left) or return;
        sysread($self->{from}, $self->{text}, 65536, length $self->{text})
            or return;
    }
}

# Does what a line says; dies when the fake worker cannot.  What peers said
# before is forgotten.
sub say {
    my ($self, $line) = @_;

    local $SIG{PIPE} = 'IGNORE';
    print { $self->{to} } "$line\n";
    my $answer = $self->expect(qr/^(?:ok|error)/);
    die "$line: " . (defined $answer ? $answer : 'no answer') . "\n"
        if !defined $answer || $answer ne 'ok';
    return $self;
}

# As say, without waiting.
sub tell {
    my ($self, $line) = @_;
    print { $self->{to} } "$line\n";
    return $self;
}

sub kill9 {
    my ($self) = @_;

    kill('KILL', $self->{pid});
    return $self->gone;
}

sub gone {
    my ($self) = @_;

    waitpid($self->{pid}, 0);
    close($self->{to});
    close($self->{from});
    $self->{text} = '';
    delete $self->{pid};
    return $self;
}

sub end {
    my ($self) = @_;

    return if !$self->{pid};
    close($self->{to});
    return $self->gone;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!, $@);
    $self->end;
    return;
}

1;
